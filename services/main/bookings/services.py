"""Booking a slot, and giving it back. Two customers, one slot: this file decides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.language import words
from bookings.availability import availability
from bookings.errors import BookingHasBegun, SlotInPast, SlotNotOffered, SlotTaken
from bookings.limits import check_limits
from bookings.models import Booking
from bookings.queries import bookings_of
from idempotency.services import made_by_same_request, note_carried_out
from outbox.services import record
from salon_contracts.events.bookings import BookingCancelledV1, BookingConfirmedV1
from salon_contracts.http.problem import InvalidInput, NotFound
from salon_kit.tracing import bound_trace_id
from salons.models import MOST_HORIZON_DAYS, DogSize, Groomer, Treatment
from salons.slots import DAY, SEOUL, Slot


class Booked(NamedTuple):
    booking: Booking
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a customer asks for. The end of the slot and its price follow from it."""

    groomer_id: int
    treatment_id: int
    dog_size: DogSize
    starts_at: datetime


def book_slot(wish: Wish, *, by: By) -> Booked:
    """The same wish again, while its booking stands, changes nothing and gives that booking.

    Raises InvalidInput (no such groomer or treatment), SlotInPast, SlotNotOffered, SlotTaken, BookedThen,
    TooManyBookings, TooManyNewBookings, KeyUsedForAnother; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        # The customer's own row first: who posts ten times at once stands in their own way, not in others'.
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        booking = _asked_for(wish, by=by)
        if (mine := _made_before(booking, by=by)) is not None:
            return Booked(mine, is_new=False)
        booking.ends_at = _free(booking, duration=booking.treatment.duration(wish.dog_size))
        booking.save(force_insert=True)
        note_carried_out(booking.pk, by=by)
        record(_confirmed(booking))
    return Booked(booking, is_new=True)


def _asked_for(wish: Wish, *, by: By) -> Booking:
    """The booking that the wish would lead to: not saved, and without its end. Raises InvalidInput."""
    # Whoever wants time of this groomer waits here for the others.
    groomer = Groomer.objects.select_for_update().filter(pk=wish.groomer_id).first()
    if groomer is None:
        raise _unknown("groomer_id")
    treatment = Treatment.objects.filter(pk=wish.treatment_id, salon_id=groomer.salon_id).first()
    if treatment is None:
        raise _unknown("treatment_id")
    return Booking(
        customer_id=by.account_id,
        groomer=groomer,
        treatment=treatment,
        dog_size=wish.dog_size,
        starts_at=wish.starts_at,
        price=treatment.price(wish.dog_size),
        status=Booking.Status.CONFIRMED,
        booked_at=by.now,
    )


def _made_before(booking: Booking, *, by: By) -> Booking | None:
    """By the same request, whatever became of it since; or by the same wish, while its booking stands."""
    made = made_by_same_request(by=by)
    return _same(booking) if made is None else bookings_of(account_id=by.account_id).get(pk=made)


def _same(booking: Booking) -> Booking | None:
    """The customer's booking that this wish led to already: an answer was lost, or a button pressed twice."""
    return (
        bookings_of(account_id=booking.customer_id)
        .filter(
            customer_id=booking.customer_id,
            groomer_id=booking.groomer_id,
            treatment_id=booking.treatment_id,
            dog_size=booking.dog_size,
            starts_at=booking.starts_at,
            status=Booking.Status.CONFIRMED,
        )
        .first()
    )


def _free(booking: Booking, *, duration: timedelta) -> datetime:
    """When it ends, if this customer can have it. Raises what `book_slot` does of slots and limits."""
    starts_at, now = booking.starts_at, booking.booked_at
    if starts_at <= now:
        raise SlotInPast
    if starts_at > now + (MOST_HORIZON_DAYS + 1) * DAY:  # before anything is added to it: the calendar has an end
        raise SlotNotOffered
    day = starts_at.astimezone(SEOUL).date()
    found = availability(groomer=booking.groomer, duration=duration, first_day=day, last_day=day, now=now)
    slot = Slot(starts_at, starts_at + duration)
    if slot not in found.offered:
        raise SlotNotOffered
    check_limits(customer_id=booking.customer_id, slot=slot, now=now)
    if slot not in found.free:
        raise SlotTaken
    return slot.ends_at


def cancel_booking(booking_id: UUID, *, by: By) -> Booking:
    """By its customer or its groomer. A second time changes nothing. Raises NotFound, BookingHasBegun."""
    with transaction.atomic(durable=True):
        booking = bookings_of(account_id=by.account_id).filter(pk=booking_id).first()
        if booking is None:
            raise NotFound
        # The groomer's row first, as book_slot does. Then the booking is read again, now that it stands still.
        Groomer.objects.select_for_update().get(pk=booking.groomer_id)
        booking.refresh_from_db(fields=["status", "cancelled_at"])
        if booking.status == Booking.Status.CANCELLED:
            return booking
        if booking.starts_at <= by.now:
            raise BookingHasBegun

        booking.status = Booking.Status.CANCELLED
        booking.cancelled_at = by.now
        booking.save(update_fields=["status", "cancelled_at"])
        record(_cancelled(booking, by=by))
    return booking


def _unknown(field: str) -> InvalidInput:
    detail = words(en="There is no such thing here", ko="여기에 없는 항목이에요")
    return InvalidInput(errors=[{"field": field, "code": "does_not_exist", "detail": detail}])


def _confirmed(booking: Booking) -> BookingConfirmedV1:
    return BookingConfirmedV1(
        trace_id=bound_trace_id(),
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=booking.treatment.name,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )


def _cancelled(booking: Booking, *, by: By) -> BookingCancelledV1:
    return BookingCancelledV1(
        trace_id=bound_trace_id(),
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=booking.treatment.name,
        starts_at=booking.starts_at,
        cancelled_by=by.account_id,
    )
