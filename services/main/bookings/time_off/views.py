"""The endpoints of times off."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.inputs.body_fields import CleanLineField, MomentField, StrictSerializer
from api.paging import listed, page_of
from bookings.time_off import queries
from bookings.time_off.errors import TimeOffMeetsBookings, TimeOffMeetsHold, TooMuchTimeOff
from bookings.time_off.serializers import TimeOffShown, TimesOffShown
from bookings.time_off.services import add_time_off, remove_time_off
from idempotency.errors import KeyUsedForAnother, WhatItMadeIsGone
from salon_contracts.http.problem import Forbidden, NotFound


class TimesOffView(APIView):
    class Input(StrictSerializer):
        starts_at = MomentField()
        ends_at = MomentField()
        note = CleanLineField(max_length=100, allow_blank=True, required=False, default="")

    @extend_schema(
        operation_id="list_my_times_off", parameters=PAGE_PARAMETERS, responses=answers({200: TimesOffShown}, Forbidden)
    )
    def get(self, request: Request) -> Response:
        """List my times off as a groomer, the latest first."""
        page = page_of(request.query_params)

        mine = queries.time_off_of(account_id=asker(request).account_id)

        return Response(TimesOffShown(listed(mine, page=page, order=("-starts_at", "-id"))).data)

    @extend_schema(
        operation_id="add_time_off",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: TimeOffShown, 201: TimeOffShown},
            *(TimeOffMeetsBookings, TimeOffMeetsHold, TooMuchTimeOff, KeyUsedForAnother, WhatItMadeIsGone, Forbidden),
        ),
    )
    def post(self, request: Request) -> Response:
        """Take no bookings from one moment to another. What is booked then must be cancelled first."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        added = add_time_off(**data.validated_data, by=by_asker(request))

        return Response(TimeOffShown(added.time_off).data, status=201 if added.is_new else 200)


class TimeOffView(APIView):
    @extend_schema(operation_id="remove_time_off", request=None, responses=answers({204: None}, NotFound, Forbidden))
    def delete(self, request: Request, time_off_id: UUID) -> Response:
        """Take bookings in that time again."""
        remove_time_off(time_off_id, by=by_asker(request))

        return Response(status=204)
