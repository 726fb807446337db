"""The endpoints that end a booking."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.documents.openapi_answers import answers
from api.inputs.body_fields import StrictSerializer
from bookings.lifecycle.errors import BookingHasBegun, BookingHasEnded, BookingHasNotBegun
from bookings.lifecycle.services import cancel_booking, complete_booking, note_no_show
from bookings.serializers import BookingShown
from salon_contracts.http.problem import Forbidden, NotFound

ENDED_BY_GROOMER = answers({200: BookingShown}, NotFound, BookingHasNotBegun, BookingHasEnded, Forbidden)


class CancelBookingView(APIView):
    class Input(StrictSerializer):
        """Nothing to say."""

    @extend_schema(
        operation_id="cancel_booking",
        request=Input,
        responses=answers({200: BookingShown}, NotFound, BookingHasBegun, BookingHasEnded),
    )
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Cancel a booking of mine: the slot is free again. A second time changes nothing."""
        self.Input(data=request.data).is_valid(raise_exception=True)

        booking = cancel_booking(booking_id, by=by_asker(request))

        return Response(BookingShown(booking).data)


class CompleteBookingView(APIView):
    class Input(StrictSerializer):
        """Nothing to say."""

    @extend_schema(operation_id="complete_booking", request=Input, responses=ENDED_BY_GROOMER)
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Say that the visit is done, as its groomer and once it began. A second time changes nothing."""
        self.Input(data=request.data).is_valid(raise_exception=True)

        booking = complete_booking(booking_id, by=by_asker(request))

        return Response(BookingShown(booking).data)


class NoShowView(APIView):
    class Input(StrictSerializer):
        """Nothing to say."""

    @extend_schema(operation_id="note_no_show", request=Input, responses=ENDED_BY_GROOMER)
    def post(self, request: Request, booking_id: UUID) -> Response:
        """Say that nobody came, as its groomer and once it began. A second time changes nothing."""
        self.Input(data=request.data).is_valid(raise_exception=True)

        booking = note_no_show(booking_id, by=by_asker(request))

        return Response(BookingShown(booking).data)
