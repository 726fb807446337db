"""What happened to bookings, for whoever must tell people about it."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from salon_contracts.events.envelope import Event
from salon_contracts.events.fields import AccountId, Moment, PositiveInt32, RowId, ShortText, Won


class BookingConfirmedV1(Event):
    topic: ClassVar[str] = "bookings"
    key_field: ClassVar[str] = "booking_id"

    type: Literal["booking.confirmed.v1"] = "booking.confirmed.v1"
    booking_id: UUID
    customer_id: AccountId
    groomer_id: RowId
    groomer_account_id: AccountId
    salon_name: ShortText
    treatment_name: ShortText
    starts_at: Moment
    ends_at: Moment
    price: Won | None = None
    """Of the whole visit; None by releases that did not say."""
    salon_address: ShortText | None = None
    time_zone: ShortText | None = None
    """The salon's, by IANA's name: times are said by its clocks."""
    language: ShortText | None = None
    """In which its customer booked: ko or en."""


class BookingCancelledV1(Event):
    topic: ClassVar[str] = "bookings"
    key_field: ClassVar[str] = "booking_id"

    type: Literal["booking.cancelled.v1"] = "booking.cancelled.v1"
    booking_id: UUID
    customer_id: AccountId
    groomer_id: RowId
    groomer_account_id: AccountId
    salon_name: ShortText
    treatment_name: ShortText
    starts_at: Moment
    cancelled_by: AccountId
    ends_at: Moment | None = None
    sequence: PositiveInt32 | None = None
    """As of one that is moved; this and the others are None by releases that did not say."""
    salon_address: ShortText | None = None
    time_zone: ShortText | None = None
    language: ShortText | None = None


class BookingRescheduledV1(Event):
    """`sequence` rises with every change of a booking that calendars show."""

    topic: ClassVar[str] = "bookings"
    key_field: ClassVar[str] = "booking_id"

    type: Literal["booking.rescheduled.v1"] = "booking.rescheduled.v1"
    booking_id: UUID
    customer_id: AccountId
    groomer_id: RowId
    groomer_account_id: AccountId
    salon_name: ShortText
    treatment_name: ShortText
    starts_at: Moment
    ends_at: Moment
    moved_from: Moment
    sequence: PositiveInt32
    salon_address: ShortText | None = None
    """This and the others are None by releases that did not say."""
    time_zone: ShortText | None = None
    language: ShortText | None = None


BookingEvent = BookingConfirmedV1 | BookingCancelledV1 | BookingRescheduledV1
ON_BOOKINGS: tuple[type[BookingEvent], ...] = (BookingConfirmedV1, BookingCancelledV1, BookingRescheduledV1)
