"""Reminders: recorded with the booking that they are of, and silent once it was moved or cancelled.

The reference of an act is the booking and its sequence: a booking that moves has acts of its own for its new time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import NAMESPACE_OID, UUID, uuid5

from bookings.lifecycle.states import State
from bookings.models import Booking, names_of
from due.models import DueAct
from due.services import record_due
from outbox.services import record
from salon_contracts.events.notifications import NotificationRequestedV1
from salon_kit.tracing import bound_trace_id

DAY, HOURS = "booking-reminder-day", "booking-reminder-hours"
BEFORE: Mapping[str, timedelta] = {DAY: timedelta(days=1), HOURS: timedelta(hours=2)}
_WORD = {DAY: "day", HOURS: "hours"}
# Who has just booked needs no reminder.
QUIET = timedelta(hours=1)
_AT_ONCE = 500


def record_reminders(booking: Booking, *, now: datetime) -> None:
    """In the transaction that gives it its time."""
    for kind in BEFORE:
        if (due_at := _due_at(booking, kind)) > now + QUIET:
            record_due(kind=kind, reference=_reference(booking), due_at=due_at)


def remind_a_day_before(*, reference: str, due_at: datetime, now: datetime) -> None:
    """Not within two hours of the booking: then the next one is due."""
    _remind(DAY, reference, latest=BEFORE[DAY] - BEFORE[HOURS], due_at=due_at, now=now)


def remind_two_hours_before(*, reference: str, due_at: datetime, now: datetime) -> None:
    """Not once it has begun."""
    _remind(HOURS, reference, latest=BEFORE[HOURS], due_at=due_at, now=now)


def record_missing_reminders(*, now: datetime) -> None:
    """Of bookings that the release before made, which records none, while both ran or after a rollback."""
    soon = Booking.objects.filter(
        status=Booking.Status.CONFIRMED, starts_at__gt=now, starts_at__lt=now + max(BEFORE.values()) + QUIET
    )
    some: list[Booking] = []
    for booking in soon.only("starts_at", "booked_at", "sequence").iterator(chunk_size=_AT_ONCE):
        some.append(booking)
        if len(some) == _AT_ONCE:
            _record_missing(some, now=now)
            some.clear()
    _record_missing(some, now=now)


def _record_missing(bookings: list[Booking], *, now: datetime) -> None:
    """Who has just moved a booking needs no reminder either, and nobody knows here when that was."""
    wanted = [
        DueAct(kind=kind, reference=_reference(booking), due_at=due_at, try_at=due_at)
        for booking in bookings
        for kind in BEFORE
        if (due_at := _due_at(booking, kind)) > (now if booking.sequence else booking.booked_at) + QUIET
    ]
    there = set(
        DueAct.objects.filter(kind__in=list(BEFORE), reference__in={act.reference for act in wanted}).values_list(
            "kind", "reference"
        )
    )
    missing = [act for act in wanted if (act.kind, act.reference) not in there]
    DueAct.objects.bulk_create(missing, ignore_conflicts=True)


def _remind(kind: str, reference: str, *, latest: timedelta, due_at: datetime, now: datetime) -> None:
    booking_id, _, sequence = reference.partition(":")
    # Behind the lock, so that whoever cancels it does so before, or hears of it after.
    booking = Booking.objects.select_for_update().filter(pk=UUID(booking_id)).first()
    if booking is None or booking.state != State.CONFIRMED or booking.sequence != int(sequence):
        return
    if now >= due_at + latest:
        return
    facts = {
        "booking_id": str(booking.pk),
        "salon_name": booking.groomer.salon.name,
        "treatment_name": names_of(booking.visit),
        "starts_at": booking.starts_at.isoformat(),
        "time_zone": booking.groomer.salon.time_zone,
        "before": _WORD[kind],
        "language": booking.language,
        "as": "customer",
    }
    record(
        NotificationRequestedV1(
            # One a booking, its time and kind, however often this is done.
            event_id=uuid5(NAMESPACE_OID, f"{kind}:{reference}"),
            trace_id=bound_trace_id(),
            recipient_id=booking.customer_id,
            kind="booking.reminder",
            facts=facts,
            wants_mail=True,
        )
    )


def _due_at(booking: Booking, kind: str) -> datetime:
    return booking.starts_at - BEFORE[kind]


def _reference(booking: Booking) -> str:
    return f"{booking.pk}:{booking.sequence}"
