"""The endpoints of the waitlist."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.inputs.query_fields import DayField
from api.paging import listed, page_of
from bookings.visits.inputs import VisitOfInput
from bookings.waitlist.errors import TooManyNewWaits, TooManyWaits, WaitHasEnded
from bookings.waitlist.queries import entries_of, entry_of
from bookings.waitlist.serializers import WaitlistEntryShown, WaitlistShown
from bookings.waitlist.services import Wait, join_waitlist, leave_waitlist
from idempotency.errors import KeyUsedForAnother
from salon_contracts.http.problem import Forbidden, NotFound


class WaitlistView(APIView):
    class Input(VisitOfInput):
        """What is wished, of whom, and on which days."""

        first_day = DayField(help_text="where the salon is")
        last_day = DayField(required=False, help_text="that day included; without it the first")

        def wait(self) -> Wait:
            """Of what is valid."""
            data: dict[str, Any] = self.validated_data
            return Wait(
                groomer_id=data.get("groomer_id"),
                salon_id=data.get("salon_id"),
                treatments=tuple(self.asked(data)),
                first_day=data["first_day"],
                last_day=data.get("last_day", data["first_day"]),
            )

    @extend_schema(
        operation_id="list_my_waits", parameters=PAGE_PARAMETERS, responses=answers({200: WaitlistShown}, Forbidden)
    )
    def get(self, request: Request) -> Response:
        """List what I wait for and waited for, the latest first, with the slots that are held for me."""
        page = page_of(request.query_params)

        mine = entries_of(account_id=asker(request).account_id, now=timezone.now())

        return Response(WaitlistShown(listed(mine, page=page, order=("-joined_at", "-id"))).data)

    @extend_schema(
        operation_id="join_waitlist",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: WaitlistEntryShown, 201: WaitlistEntryShown},
            *(TooManyWaits, TooManyNewWaits, KeyUsedForAnother, Forbidden),
        ),
    )
    def post(self, request: Request) -> Response:
        """Wait for a slot: what is freed on these days is held for the first whom it fits, who is told.

        The same request (Idempotency-Key) or wish again is answered with its entry, and 200.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        joined = join_waitlist(data.wait(), by=by_asker(request))

        return Response(WaitlistEntryShown(joined.entry).data, status=201 if joined.is_new else 200)


class WaitlistEntryView(APIView):
    @extend_schema(operation_id="get_wait", responses=answers({200: WaitlistEntryShown}, NotFound, Forbidden))
    def get(self, request: Request, entry_id: UUID) -> Response:
        """Read one of my entries."""
        entry = entry_of(account_id=asker(request).account_id, entry_id=entry_id, now=timezone.now())

        return Response(WaitlistEntryShown(entry).data)

    @extend_schema(
        operation_id="leave_waitlist", request=None, responses=answers({204: None}, NotFound, WaitHasEnded, Forbidden)
    )
    def delete(self, request: Request, entry_id: UUID) -> Response:
        """Wait no more; what is held for me passes on. A second time changes nothing."""
        leave_waitlist(entry_id, by=by_asker(request))

        return Response(status=204)
