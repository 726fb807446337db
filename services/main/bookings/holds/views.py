"""The endpoints of holds."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, answers
from api.inputs.body_fields import StrictSerializer
from bookings.errors import REFUSALS, PaymentRequired
from bookings.holds.errors import HoldHasEnded, TooManyHolds, TooManyNewHolds
from bookings.holds.queries import hold_of, holds_of
from bookings.holds.serializers import HoldShown, HoldsShown
from bookings.holds.services import book_held, hold_slot, release_hold
from bookings.serializers import BookingShown
from bookings.visits.inputs import VisitInput
from idempotency.errors import KeyUsedForAnother
from salon_contracts.http.problem import Forbidden, NotFound

OF_HOLDING = (*REFUSALS, TooManyHolds, TooManyNewHolds, KeyUsedForAnother, Forbidden)


class HoldsView(APIView):
    class Input(VisitInput):
        """What would be booked, as at POST /bookings."""

    @extend_schema(operation_id="list_my_holds", responses=answers({200: HoldsShown}, Forbidden))
    def get(self, request: Request) -> Response:
        """List the slots that are held for me now, so that a page that was loaded anew goes on with them."""
        account_id = asker(request).account_id

        mine = holds_of(account_id=account_id).standing(now=timezone.now()).order_by("held_until")

        return Response(HoldsShown({"items": mine}).data)

    @extend_schema(
        operation_id="hold_slot",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers({200: HoldShown, 201: HoldShown}, *OF_HOLDING),
    )
    def post(self, request: Request) -> Response:
        """Keep a slot for me for some minutes: nobody else can book it meanwhile.

        The same request (Idempotency-Key) or wish again is answered with its hold, and 200.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        held = hold_slot(data.wish(), by=by_asker(request))

        return Response(HoldShown(held.hold).data, status=201 if held.is_new else 200)


class HoldView(APIView):
    @extend_schema(operation_id="get_hold", responses=answers({200: HoldShown}, NotFound, Forbidden))
    def get(self, request: Request, hold_id: UUID) -> Response:
        """Read one of my holds."""
        hold = hold_of(account_id=asker(request).account_id, hold_id=hold_id)

        return Response(HoldShown(hold).data)

    @extend_schema(
        operation_id="release_hold",
        request=None,
        responses=answers({204: None}, NotFound, HoldHasEnded, Forbidden),
    )
    def delete(self, request: Request, hold_id: UUID) -> Response:
        """Let a slot go that is held for me. A second time changes nothing."""
        release_hold(hold_id, by=by_asker(request))

        return Response(status=204)


class HeldBookingView(APIView):
    class Input(StrictSerializer):
        """Nothing to say."""

    @extend_schema(
        operation_id="book_held_slot",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: BookingShown, 201: BookingShown},
            *REFUSALS,
            HoldHasEnded,
            PaymentRequired,
            NotFound,
            KeyUsedForAnother,
            Forbidden,
        ),
    )
    def post(self, request: Request, hold_id: UUID) -> Response:
        """Book what is held for me, at the price and policy that it was held with. Again: that booking, and 200."""
        self.Input(data=request.data).is_valid(raise_exception=True)

        booked = book_held(hold_id, by=by_asker(request))

        return Response(BookingShown(booked.booking).data, status=201 if booked.is_new else 200)
