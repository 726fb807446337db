"""The endpoint of times for a visit."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.callers.browsing import browsing
from api.documents.openapi_answers import answers
from api.inputs.query_fields import DayField, QueryNumberField
from api.public import AnonymousView
from bookings.visits import queries
from bookings.visits.inputs import EXAMPLE, VisitField
from bookings.visits.serializers import OpenTimesShown
from salon_contracts.http.problem import NotFound

MOST_DAYS = 31


class SalonSlotsView(AnonymousView):
    class Input(serializers.Serializer[Any]):
        visit = VisitField(
            help_text="7:small,8:large is treatment 7 of a small dog and treatment 8 of a large one; what is known of "
            f"a dog may follow, since it changes the price: {EXAMPLE}"
        )
        groomer = QueryNumberField(
            min_value=1, max_value=10**18 - 1, required=False, help_text="id of one groomer; without it any of them"
        )
        days = QueryNumberField(min_value=1, max_value=MOST_DAYS, default=7)

        def get_fields(self) -> dict[str, Any]:
            # "from" is a word of Python's, so it cannot stand above.
            return {**super().get_fields(), "from": DayField(required=False)}

    @browsing
    @extend_schema(
        operation_id="list_salon_slots", parameters=[Input], responses=answers({200: OpenTimesShown}, NotFound)
    )
    def get(self, request: Request, salon_id: int) -> Response:
        """List when a salon has time for a visit, with what it takes and costs and who is free."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)

        found = queries.open_times(
            data.validated_data["visit"],
            salon_id=salon_id,
            groomer_id=data.validated_data.get("groomer"),
            first_day=data.validated_data.get("from"),
            days=data.validated_data["days"],
            now=timezone.now(),
        )

        return Response(OpenTimesShown(found).data)
