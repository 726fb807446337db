"""What happened to bookings, for whoever must tell people about it."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime

from salon_contracts.envelope import Event


class BookingConfirmedV1(Event):
    topic: ClassVar[str] = "bookings"
    key_field: ClassVar[str] = "booking_id"

    type: Literal["booking.confirmed.v1"] = "booking.confirmed.v1"
    booking_id: UUID
    customer_id: int
    groomer_id: int
    groomer_account_id: int
    salon_name: str
    treatment_name: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime


class BookingCancelledV1(Event):
    topic: ClassVar[str] = "bookings"
    key_field: ClassVar[str] = "booking_id"

    type: Literal["booking.cancelled.v1"] = "booking.cancelled.v1"
    booking_id: UUID
    customer_id: int
    groomer_id: int
    groomer_account_id: int
    salon_name: str
    treatment_name: str
    starts_at: AwareDatetime
    cancelled_by: int


ON_BOOKINGS: tuple[type[BookingConfirmedV1 | BookingCancelledV1], ...] = (BookingConfirmedV1, BookingCancelledV1)
