"""The endpoint of the same visit again."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.authentication import asker
from api.documents.openapi_answers import answers
from bookings.rebooking.queries import rebooking_of
from bookings.rebooking.serializers import RebookingShown
from salon_contracts.http.problem import Forbidden, NotFound


class RebookingView(APIView):
    @extend_schema(operation_id="get_rebooking", responses=answers({200: RebookingShown}, NotFound, Forbidden))
    def get(self, request: Request, booking_id: UUID) -> Response:
        """Read what a booking of mine would be today: the body of the same again, its price, the soonest free times."""
        again = rebooking_of(account_id=asker(request).account_id, booking_id=booking_id, now=timezone.now())

        return Response(RebookingShown(again).data)
