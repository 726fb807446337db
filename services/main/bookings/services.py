"""Booking a slot, and giving it back. Two customers, one slot: this file decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from bookings.errors import BookingHasBegun, SlotInPast, SlotNotOffered, SlotTaken
from bookings.models import Booking, OccupiedQuarter
from bookings.queries import bookings_of
from outbox.services import record
from salon_contracts.bookings import BookingCancelledV1, BookingConfirmedV1
from salon_contracts.problem import InvalidInput, NotFound
from salons.models import DogSize, Groomer, Treatment
from salons.queries import offered_slots
from salons.slots import DAYS_AHEAD, SEOUL, Slot


def book_slot(
    *,
    customer_id: int,
    groomer_id: int,
    treatment_id: int,
    dog_size: DogSize,
    starts_at: datetime,
    now: datetime,
    trace_id: str,
) -> Booking:
    """Raises InvalidInput (no such groomer or treatment), SlotInPast, SlotNotOffered, SlotTaken."""
    with transaction.atomic(durable=True):
        # Whoever wants time of this groomer waits here for the others.
        groomer = Groomer.objects.select_for_update().filter(pk=groomer_id).first()
        if groomer is None:
            raise _unknown("groomer_id")
        treatment = Treatment.objects.filter(pk=treatment_id, salon_id=groomer.salon_id).first()
        if treatment is None:
            raise _unknown("treatment_id")
        slot = _offered(salon_id=groomer.salon_id, starts_at=starts_at, duration=treatment.duration(dog_size), now=now)
        if OccupiedQuarter.objects.filter(groomer=groomer, starts_at__in=slot.quarters()).exists():
            raise SlotTaken

        booking = Booking.objects.create(
            customer_id=customer_id,
            groomer=groomer,
            treatment=treatment,
            dog_size=dog_size,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            price=treatment.price(dog_size),
            status=Booking.Status.CONFIRMED,
            booked_at=now,
        )
        occupy(booking=booking, slot=slot)
        record(_confirmed(booking, trace_id=trace_id))
    return booking


def occupy(*, booking: Booking, slot: Slot) -> None:
    """The net under the lock: no two bookings can hold one quarter of a groomer's hour."""
    OccupiedQuarter.objects.bulk_create(
        OccupiedQuarter(booking=booking, groomer_id=booking.groomer_id, starts_at=quarter)
        for quarter in slot.quarters()
    )


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
        OccupiedQuarter.objects.filter(booking=booking).delete()
        record(_cancelled(booking, by=account_id, trace_id=trace_id))
    return booking


def _offered(*, salon_id: int, starts_at: datetime, duration: timedelta, now: datetime) -> Slot:
    if starts_at <= now:
        raise SlotInPast
    day = starts_at.astimezone(SEOUL).date()
    if day > now.astimezone(SEOUL).date() + timedelta(days=DAYS_AHEAD):
        raise SlotNotOffered
    wanted = Slot(starts_at, starts_at + duration)
    if wanted not in offered_slots(salon_id=salon_id, duration=duration, first_day=day, last_day=day):
        raise SlotNotOffered
    return wanted


def _unknown(field: str) -> InvalidInput:
    return InvalidInput(errors=[{"field": field, "code": "does_not_exist", "detail": "There is no such thing here"}])


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
