"""Ending a booking: it is cancelled, completed, or nobody came. The table of states decides what is possible."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, cast
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.utils.module_loading import import_string

from api.callers.acting import By
from bookings.lifecycle.errors import BookingHasBegun, BookingHasEnded, BookingHasNotBegun
from bookings.lifecycle.states import CANCELLED_STATES, Act, Party, State, When, is_done, moment_of, step_of
from bookings.models import Booking, names_of
from bookings.queries import bookings_of
from bookings.waitlist.offering import offer_freed
from outbox.services import record
from salon_contracts.events.bookings import BookingCancelledV1
from salon_contracts.http.problem import Forbidden, NotFound
from salon_kit.tracing import bound_trace_id
from salons.models import Groomer
from salons.slots import Slot


def cancel_booking(booking_id: UUID, *, by: By) -> Booking:
    """By its customer or its groomer: the time is free again. A second time changes nothing.

    Raises NotFound, BookingHasBegun, BookingHasEnded.
    """
    return _end(booking_id, "cancel", by=by)


def complete_booking(booking_id: UUID, *, by: By) -> Booking:
    """By its groomer. A second time changes nothing.

    Raises NotFound, BookingHasNotBegun, BookingHasEnded, Forbidden.
    """
    return _end(booking_id, "complete", by=by)


def note_no_show(booking_id: UUID, *, by: By) -> Booking:
    """By its groomer. A second time changes nothing.

    Raises NotFound, BookingHasNotBegun, BookingHasEnded, Forbidden.
    """
    return _end(booking_id, "no-show", by=by)


def _end(booking_id: UUID, act: Act, *, by: By) -> Booking:
    with transaction.atomic(durable=True):
        booking = locked_booking(booking_id, by=by)
        if is_done(act, booking.state):
            return booking
        _write(booking, _next_state(booking, act, by=by), by=by)
        if booking.state in CANCELLED_STATES:
            record(_cancelled(booking, by=by))
            for rule in _after_cancelling():
                rule(booking=booking, now=by.now)
            offer_freed(booking.groomer, Slot(booking.starts_at, booking.ends_at), now=by.now)
    return booking


class AfterCancelling(Protocol):
    """In the transaction that cancels, behind the booking's lock."""

    def __call__(self, *, booking: Booking, now: datetime) -> None: ...


def _after_cancelling() -> Iterator[AfterCancelling]:
    """Apps above this one take part by their AppConfig, `after_cancelling`."""
    for config in apps.get_app_configs():
        for path in getattr(config, "after_cancelling", ()):
            yield cast(AfterCancelling, import_string(path))


def locked_booking(booking_id: UUID, *, by: By) -> Booking:
    """One of mine that nobody else changes before the transaction ends. Raises NotFound."""
    mine = bookings_of(account_id=by.account_id)
    groomer_id = mine.filter(pk=booking_id).values_list("groomer_id", flat=True).first()
    if groomer_id is None:
        raise NotFound
    # The groomer's row first, as book_slot does.
    Groomer.objects.select_for_update().get(pk=groomer_id)
    Booking.objects.select_for_update().only("pk").get(pk=booking_id)
    return mine.get(pk=booking_id)


def _next_state(booking: Booking, act: Act, *, by: By) -> State:
    has_begun = booking.starts_at <= by.now
    if has_begun and moment_of(act) is When.BEFORE_IT_BEGINS:
        raise BookingHasBegun
    if not has_begun and moment_of(act) is When.ONCE_IT_BEGAN:
        raise BookingHasNotBegun
    if booking.state != State.CONFIRMED:
        raise BookingHasEnded(state=booking.state)
    party: Party = "customer" if booking.customer_id == by.account_id else "groomer"
    step = step_of(act, by=party, state=booking.state)
    if step is None:
        raise Forbidden
    return step.after


def _write(booking: Booking, state: State, *, by: By) -> None:
    booking.ending = state
    booking.ended_at = by.now
    if state in CANCELLED_STATES:
        # A groomer who cancels is owed nothing, whatever was agreed.
        booking.cancellation_fee = booking.fee_at(by.now) if state == State.CANCELLED_BY_CUSTOMER else 0
        booking.sequence += 1
        booking.status = Booking.Status.CANCELLED
        booking.cancelled_at = by.now
    booking.save(update_fields=["status", "ending", "ended_at", "cancelled_at", "cancellation_fee", "sequence"])


def _cancelled(booking: Booking, *, by: By) -> BookingCancelledV1:
    return BookingCancelledV1(
        trace_id=bound_trace_id(),
        booking_id=booking.pk,
        customer_id=booking.customer_id,
        groomer_id=booking.groomer_id,
        groomer_account_id=booking.groomer.account_id,
        salon_name=booking.groomer.salon.name,
        treatment_name=names_of(booking.visit),
        starts_at=booking.starts_at,
        cancelled_by=by.account_id,
        ends_at=booking.ends_at,
        sequence=booking.sequence,
        salon_address=booking.groomer.salon.address,
        time_zone=booking.groomer.salon.time_zone,
        language=booking.language,
    )
