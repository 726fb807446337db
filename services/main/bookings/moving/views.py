"""The endpoint that moves a booking."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.documents.openapi_answers import answers
from api.inputs.body_fields import MomentField, StrictSerializer
from bookings.errors import BookedThen, SlotInPast, SlotNotOffered, SlotTaken, TooManyMoves
from bookings.lifecycle.errors import BookingHasBegun, BookingHasEnded
from bookings.moving.errors import RescheduledTooOften, TooLateToReschedule
from bookings.moving.services import reschedule_booking
from bookings.serializers import BookingShown
from salon_contracts.http.problem import Forbidden, NotFound

REFUSALS = (
    *(SlotInPast, SlotNotOffered, SlotTaken, BookedThen, BookingHasBegun, BookingHasEnded),
    *(TooLateToReschedule, RescheduledTooOften, TooManyMoves, NotFound, Forbidden),
)


class RescheduleBookingView(APIView):
    class Input(StrictSerializer):
        starts_at = MomentField()

    @extend_schema(operation_id="reschedule_booking", request=Input, responses=answers({200: BookingShown}, *REFUSALS))
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Move my booking to another time of the same groomer. Price and policy stay as they were agreed."""
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        booking = reschedule_booking(booking_id, starts_at=data.validated_data["starts_at"], by=by_asker(request))

        return Response(BookingShown(booking).data)
