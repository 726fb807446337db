"""Booking a slot, and giving it back. Two customers, one slot: this file decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from api.language import words
from bookings.availability import availability
from bookings.errors import BookingHasBegun, SlotInPast, SlotNotOffered, SlotTaken
from bookings.limits import check_limits
from bookings.models import Booking
from bookings.queries import bookings_of
from outbox.services import record
from salon_contracts.events.bookings import BookingCancelledV1, BookingConfirmedV1
from salon_contracts.http.problem import InvalidInput, NotFound
from salons.models import DogSize, Groomer, Treatment
from salons.slots import DAY, DAYS_AHEAD, SEOUL, Slot


class Booked(NamedTuple):
    booking: Booking
    is_new: bool


def book_slot(
    *,
    customer_id: int,
    groomer_id: int,
    treatment_id: int,
    dog_size: DogSize,
    starts_at: datetime,
    now: datetime,
    trace_id: str,
) -> Booked:
    """The same wish again, while its booking stands, changes nothing and gives that booking.

    Raises InvalidInput (no such groomer or treatment), SlotInPast, SlotNotOffered, SlotTaken, BookedThen,
    TooManyBookings, TooManyNewBookings.
    """
    with transaction.atomic(durable=True):
        # The customer's own row first: who posts ten times at once stands in their own way, not in others'.
        lock_account(account_id=customer_id)
        # Whoever wants time of this groomer waits here for the others.
        groomer = Groomer.objects.select_for_update().filter(pk=groomer_id).first()
        if groomer is None:
            raise _unknown("groomer_id")
        treatment = Treatment.objects.filter(pk=treatment_id, salon_id=groomer.salon_id).first()
        if treatment is None:
            raise _unknown("treatment_id")
        wish = Booking(
            customer_id=customer_id,
            groomer=groomer,
            treatment=treatment,
            dog_size=dog_size,
            starts_at=starts_at,
            price=treatment.price(dog_size),
            status=Booking.Status.CONFIRMED,
            booked_at=now,
        )
        if (mine := _same(wish)) is not None:
            return Booked(mine, is_new=False)
        wish.ends_at = _free(groomer=groomer, starts_at=starts_at, duration=treatment.duration(dog_size), wish=wish)
        wish.save(force_insert=True)
        record(_confirmed(wish, trace_id=trace_id))
    return Booked(wish, is_new=True)


def _same(wish: Booking) -> Booking | None:
    """The customer's booking that this wish led to already: an answer was lost, or a button pressed twice."""
    return (
        bookings_of(account_id=wish.customer_id)
        .filter(
            customer_id=wish.customer_id,
            groomer_id=wish.groomer_id,
            treatment_id=wish.treatment_id,
            dog_size=wish.dog_size,
            starts_at=wish.starts_at,
            status=Booking.Status.CONFIRMED,
        )
        .first()
    )


def _free(*, wish: Booking, groomer: Groomer, starts_at: datetime, duration: timedelta) -> datetime:
    """When it ends, if this customer can have it."""
    now = wish.booked_at
    if starts_at <= now:
        raise SlotInPast
    if starts_at > now + (DAYS_AHEAD + 1) * DAY:  # before anything is added to it: the calendar has an end
        raise SlotNotOffered
    day = starts_at.astimezone(SEOUL).date()
    found = availability(groomer=groomer, duration=duration, first_day=day, last_day=day, now=now)
    slot = Slot(starts_at, starts_at + duration)
    if slot not in found.offered:
        raise SlotNotOffered
    check_limits(customer_id=wish.customer_id, slot=slot, now=now)
    if slot not in found.free:
        raise SlotTaken
    return slot.ends_at


def cancel_booking(*, booking_id: UUID, account_id: int, now: datetime, trace_id: str) -> Booking:
    """By its customer or its groomer. A second time changes nothing. Raises NotFound, BookingHasBegun."""
    with transaction.atomic(durable=True):
        booking = bookings_of(account_id=account_id).filter(pk=booking_id).first()
        if booking is None:
            raise NotFound
        # The groomer's row first, as book_slot does. Then the booking is read again, now that it stands still.
        Groomer.objects.select_for_update().get(pk=booking.groomer_id)
        booking.refresh_from_db(fields=["status", "cancelled_at"])
        if booking.status == Booking.Status.CANCELLED:
            return booking
        if booking.starts_at <= now:
            raise BookingHasBegun

        booking.status = Booking.Status.CANCELLED
        booking.cancelled_at = now
        booking.save(update_fields=["status", "cancelled_at"])
        record(_cancelled(booking, by=account_id, trace_id=trace_id))
    return booking


def _unknown(field: str) -> InvalidInput:
    detail = words(en="There is no such thing here", ko="여기에 없는 항목이에요")
    return InvalidInput(errors=[{"field": field, "code": "does_not_exist", "detail": detail}])


def _confirmed(booking: Booking, *, trace_id: str) -> BookingConfirmedV1:
    return BookingConfirmedV1(
        trace_id=trace_id,
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=booking.treatment.name,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )


def _cancelled(booking: Booking, *, by: int, trace_id: str) -> BookingCancelledV1:
    return BookingCancelledV1(
        trace_id=trace_id,
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=booking.treatment.name,
        starts_at=booking.starts_at,
        cancelled_by=by,
    )
