"""Booking a slot. Two customers, one slot: this file decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.language import asked_language
from bookings.errors import PaymentRequired, SlotNotOffered
from bookings.models import BookedTreatment, Booking, Hold, names_of
from bookings.queries import bookings_of
from bookings.reminders.services import record_reminders
from bookings.visits.asked import (
    AskedTreatment,
    duration_of,
    hold_treatments,
    is_same,
    locked_dogs,
    total_of,
    unknown,
    visit_of,
)
from bookings.visits.choosing import groomers_free_at, insist_on_near, not_blocked
from idempotency.services import made_by_same_request, note_carried_out
from outbox.services import record
from salon_contracts.events.bookings import BookingConfirmedV1
from salon_kit.tracing import bound_trace_id
from salons.models import Groomer, Salon
from salons.slots import Slot


class Booked(NamedTuple):
    booking: Booking
    is_new: bool


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a customer asks for: of one groomer, or of whoever of a salon is free. End and price follow from it."""

    starts_at: datetime
    treatments: Sequence[AskedTreatment]
    groomer_id: int | None = None
    salon_id: int | None = None


def book_slot(wish: Wish, *, by: By) -> Booked:
    """The same wish again, while its booking stands, changes nothing and gives that booking.

    Raises InvalidInput (no such groomer, salon, treatment or dog), SlotInPast, SlotNotOffered, SlotTaken, BookedThen,
    TooManyBookings, TooManyNewBookings, PaymentRequired, KeyUsedForAnother; Forbidden if the account is no customer
    any more.
    """
    with transaction.atomic(durable=True):
        # The customer's own row first: who posts ten times at once stands in their own way, not in others'.
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if (made := made_by_same_request(by=by)) is not None:
            return Booked(bookings_of(account_id=by.account_id).get(pk=made), is_new=False)
        dogs = locked_dogs(wish.treatments, customer_id=by.account_id)
        # Whoever wants time of these groomers waits here for the others.
        groomers = locked_groomers(wish)
        hold_treatments(wish.treatments)
        visit = visit_of(wish.treatments, salon_id=groomers[0].salon_id, dogs=dogs)
        if (mine := _same(wish, groomers, visit, by=by)) is not None:
            return Booked(mine, is_new=False)
        booking = booking_at(visit, groomers, starts_at=wish.starts_at, by=by)
        if booking.price and booking.groomer.salon.prepayment:
            raise PaymentRequired
        write_booking(booking, by=by)
    return Booked(booking, is_new=True)


def write_booking(booking: Booking, *, by: By) -> None:
    """With all that goes with it, in the transaction that decided about it."""
    booking.save(force_insert=True)
    BookedTreatment.objects.bulk_create(booking.visit)
    note_carried_out(booking.pk, by=by)
    record_reminders(booking, now=by.now)
    record(_confirmed(booking))


def locked_groomers(wish: Wish) -> list[Groomer]:
    """The one, or all of the salon, in the order of their ids. Raises InvalidInput, SlotNotOffered."""
    all_of_them = Groomer.objects.select_for_update().order_by("pk")
    if wish.groomer_id is not None:
        groomers = list(all_of_them.filter(pk=wish.groomer_id))
        if not groomers:
            raise unknown("groomer_id")
        return groomers
    if wish.salon_id is None or not Salon.objects.filter(pk=wish.salon_id).exists():
        raise unknown("salon_id")
    groomers = list(all_of_them.filter(salon_id=wish.salon_id))
    if not groomers:
        raise SlotNotOffered
    return groomers


def _same(wish: Wish, groomers: Sequence[Groomer], visit: Sequence[BookedTreatment], *, by: By) -> Booking | None:
    """The customer's booking that this wish led to already: an answer was lost, or a button pressed twice."""
    mine = bookings_of(account_id=by.account_id).filter(
        customer_id=by.account_id,
        groomer__in=[groomer.pk for groomer in groomers],
        starts_at=wish.starts_at,
        status=Booking.Status.CONFIRMED,
    )
    return next((booking for booking in mine if is_same(booking.visit, visit)), None)


def booking_at(
    visit: Sequence[BookedTreatment],
    groomers: Sequence[Groomer],
    *,
    starts_at: datetime,
    by: By,
    held: Hold | None = None,
) -> Booking:
    """Not saved. `held` is their hold of this slot. Raises what `book_slot` does of slots and limits."""
    insist_on_near(starts_at, now=by.now)
    groomers = not_blocked(groomers, customer_id=by.account_id)
    slot = Slot(starts_at, starts_at + duration_of(visit))
    groomer, *_ = groomers_free_at(slot, groomers, customer_id=by.account_id, now=by.now, held=held)
    booking = Booking(
        customer_id=by.account_id,
        groomer=groomer,
        treatment=visit[0].treatment,
        dog_size=visit[0].dog_size,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        price=total_of(visit),
        status=Booking.Status.CONFIRMED,
        booked_at=by.now,
        language=asked_language(),
        agreed_policy=groomer.salon.cancellation_policy,
    )
    if held is not None:
        # Its id too: so it is found, and can be there once only.
        booking.pk, booking.price, booking.agreed_policy = held.pk, held.price, held.agreed_policy
    booking.visit = list(visit)
    for booked in visit:
        booked.booking = booking
    return booking


def _confirmed(booking: Booking) -> BookingConfirmedV1:
    return BookingConfirmedV1(
        trace_id=bound_trace_id(),
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=names_of(booking.visit),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        price=booking.price,
        salon_address=booking.groomer.salon.address,
        time_zone=booking.groomer.salon.time_zone,
        language=booking.language,
    )
