"""Rescheduling: another time, the same booking. Its id stays, and its sequence rises for whoever keeps a calendar."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.errors import BookingHasBegun, BookingHasEnded
from bookings.lifecycle.services import locked_booking
from bookings.lifecycle.states import State
from bookings.limits import check_moves
from bookings.models import Booking, Move, names_of
from bookings.moving.errors import RescheduledTooOften, TooLateToReschedule
from bookings.reminders.services import record_reminders
from bookings.visits.choosing import groomers_free_at, insist_on_near, not_blocked
from bookings.waitlist.offering import offer_freed
from outbox.services import record
from salon_contracts.events.bookings import BookingRescheduledV1
from salon_contracts.http.problem import NotFound
from salon_kit.tracing import bound_trace_id
from salons.slots import Slot

# Each move is told to the groomer by mail, and keeps their day open until the last moment.
MOST_MOVES = 5


def reschedule_booking(booking_id: UUID, *, starts_at: datetime, by: By) -> Booking:
    """By its customer, to another free time of the same groomer. To the time that it has already changes nothing.

    Raises NotFound, BookingHasBegun, BookingHasEnded, TooLateToReschedule, RescheduledTooOften, SlotInPast,
    SlotNotOffered, SlotTaken, BookedThen, TooManyMoves; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        booking = locked_booking(booking_id, by=by)
        if booking.customer_id != by.account_id:
            raise NotFound
        if booking.state != State.CONFIRMED:
            raise BookingHasEnded(state=booking.state)
        if booking.starts_at == starts_at:
            return booking
        _insist_on_may_move(booking, by=by)
        moved_from, freed = booking.starts_at, Slot(booking.starts_at, booking.ends_at)
        _move(booking, starts_at, by=by)
        record_reminders(booking, now=by.now)
        record(_rescheduled(booking, moved_from=moved_from))
        offer_freed(booking.groomer, freed, now=by.now)
    return booking


def _insist_on_may_move(booking: Booking, *, by: By) -> None:
    if booking.starts_at <= by.now:
        raise BookingHasBegun
    if (fee := booking.fee_at(by.now)) > booking.cancellation_terms[0].fee:
        raise TooLateToReschedule(fee=fee)
    if booking.moves >= MOST_MOVES:
        raise RescheduledTooOften(max_times=MOST_MOVES)
    check_moves(customer_id=by.account_id, now=by.now)


def _move(booking: Booking, starts_at: datetime, *, by: By) -> None:
    insist_on_near(starts_at, now=by.now)
    slot = Slot(starts_at, starts_at + (booking.ends_at - booking.starts_at))
    groomers = not_blocked([booking.groomer], customer_id=booking.customer_id)
    groomers_free_at(slot, groomers, customer_id=booking.customer_id, now=by.now, moving=booking)
    Move.objects.create(booking=booking, moved_at=by.now, moved_from=booking.starts_at)
    booking.starts_at, booking.ends_at = slot.starts_at, slot.ends_at
    booking.moves += 1
    booking.sequence += 1
    booking.save(update_fields=["starts_at", "ends_at", "moves", "sequence"])


def _rescheduled(booking: Booking, *, moved_from: datetime) -> BookingRescheduledV1:
    return BookingRescheduledV1(
        trace_id=bound_trace_id(),
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=names_of(booking.visit),
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        moved_from=moved_from,
        sequence=booking.sequence,
        salon_address=booking.groomer.salon.address,
        time_zone=booking.groomer.salon.time_zone,
        language=booking.language,
    )
