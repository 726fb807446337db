"""The endpoints of bookings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.callers.acting import by_asker
from api.callers.authentication import asker
from api.callers.browsing import browsing
from api.documents.openapi_answers import IDEMPOTENCY_KEY_PARAMETER, PAGE_PARAMETERS, answers
from api.inputs.query_fields import DayField, QueryNumberField
from api.paging import listed, page_of
from api.public import AnonymousView
from blocks.errors import TooManyBlocks
from blocks.serializers import BlockShown
from blocks.services import block
from bookings import queries
from bookings.errors import REFUSALS, PaymentRequired
from bookings.serializers import BookingShown, BookingsShown, SlotsShown
from bookings.services import book_slot
from bookings.visits.inputs import VisitInput
from idempotency.errors import KeyUsedForAnother
from salon_contracts.http.problem import Forbidden, NotFound
from salons.models import DogSize


class BookingsView(APIView):
    class Input(VisitInput):
        """What is done, by whom, and from when on."""

    @extend_schema(operation_id="list_my_bookings", parameters=PAGE_PARAMETERS, responses=answers({200: BookingsShown}))
    def get(self, request: Request) -> Response:
        """List my bookings, as customer or as groomer, the latest first."""
        page = page_of(request.query_params)

        mine = queries.bookings_of(account_id=asker(request).account_id)

        return Response(BookingsShown(listed(mine, page=page, order=("-starts_at", "-id"))).data)

    @extend_schema(
        operation_id="book_slot",
        request=Input,
        parameters=[IDEMPOTENCY_KEY_PARAMETER],
        responses=answers(
            {200: BookingShown, 201: BookingShown}, *REFUSALS, PaymentRequired, KeyUsedForAnother, Forbidden
        ),
    )
    def post(self, request: Request) -> Response:
        """Book a visit of one or more dogs.

        The same request (Idempotency-Key) or wish again is answered with its booking, and 200.
        """
        data = self.Input(data=request.data)
        data.is_valid(raise_exception=True)

        booked = book_slot(data.wish(), by=by_asker(request))

        return Response(BookingShown(booked.booking).data, status=201 if booked.is_new else 200)


class BookingView(APIView):
    @extend_schema(operation_id="get_booking", responses=answers({200: BookingShown}, NotFound))
    def get(self, request: Request, booking_id: UUID) -> Response:
        """Read one of my bookings."""
        booking = queries.booking_of(account_id=asker(request).account_id, booking_id=booking_id)

        return Response(BookingShown(booking).data)


class BlockOtherView(APIView):
    @extend_schema(
        operation_id="block_other_of_booking",
        request=None,
        responses=answers({200: BlockShown}, NotFound, TooManyBlocks, Forbidden),
    )
    def put(self, request: Request, booking_id: UUID) -> Response:
        """Block whom I have a booking with: what is agreed stands, and nothing new begins. Twice changes nothing."""
        by = by_asker(request)
        booking = queries.booking_of(account_id=by.account_id, booking_id=booking_id)

        blocked = block(account_id=queries.other_in(booking, account_id=by.account_id), by=by)

        return Response(BlockShown(blocked).data)


class SlotsView(AnonymousView):
    class Input(serializers.Serializer[Any]):
        treatment = QueryNumberField(min_value=1, max_value=10**18 - 1)
        dog_size = serializers.ChoiceField(choices=DogSize.choices)
        days = QueryNumberField(min_value=1, max_value=14, default=7)

        def get_fields(self) -> dict[str, Any]:
            # "from" is a word of Python's, so it cannot stand above.
            return {**super().get_fields(), "from": DayField(required=False)}

    @browsing
    @extend_schema(operation_id="list_free_slots", parameters=[Input], responses=answers({200: SlotsShown}, NotFound))
    def get(self, request: Request, groomer_id: int) -> Response:
        """List when a groomer is free for a treatment of a dog of this size."""
        data = self.Input(data=request.query_params)
        data.is_valid(raise_exception=True)

        found = queries.free_slots(
            groomer_id=groomer_id,
            treatment_id=data.validated_data["treatment"],
            dog_size=DogSize(data.validated_data["dog_size"]),
            first_day=data.validated_data.get("from"),
            days=data.validated_data["days"],
            now=timezone.now(),
        )

        return Response(SlotsShown(found).data)
