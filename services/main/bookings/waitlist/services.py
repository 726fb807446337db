"""Joining the waitlist, and leaving it. What is offered is a hold: it is booked, or let go, as any other."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.day_limit import seconds_to_wait
from accounts.models import Account
from api.callers.acting import By
from api.language import asked_language, words
from bookings.holds.services import end_hold
from bookings.holds.states import HoldState
from bookings.models import Hold, WaitlistEntry
from bookings.visits.asked import AskedTreatment, locked_dogs, unknown, visit_of
from bookings.waitlist.errors import TooManyNewWaits, TooManyWaits, WaitHasEnded
from bookings.waitlist.queries import entries_of, entry_of
from bookings.waitlist.states import OVER, WaitState
from bookings.waitlist.steps import take_step
from due.services import record_due
from idempotency.services import made_by_same_request, note_carried_out
from salon_contracts.http.problem import InvalidInput
from salons.models import MOST_HORIZON_DAYS, Groomer, Salon
from salons.slots import DAY, today

CLOSES = "waitlist-closes"
FORGOTTEN = "waitlist-forgotten"
KEPT = timedelta(days=30)
MAX_WAITING = 10
# Of one salon a few are looked at when time is freed: nobody takes the places of all others.
MAX_WAITING_HERE = 2
MAX_NEW_A_DAY = 30
MOST_DAYS_WAITED = 31


@dataclass(frozen=True, kw_only=True)
class Wait:
    """For one groomer, or any of a salon; from one day to another, both included."""

    treatments: Sequence[AskedTreatment]
    first_day: date
    last_day: date
    groomer_id: int | None = None
    salon_id: int | None = None


class OfferNotEndedYet(Exception):
    """The end of an offer is due before; this act is tried again."""


class Joined(NamedTuple):
    entry: WaitlistEntry
    is_new: bool


def join_waitlist(wait: Wait, *, by: By) -> Joined:
    """The same wish again, while it waits, gives that entry.

    Raises InvalidInput (no such groomer, salon, treatment or dog; days that are over, or too many), TooManyWaits,
    TooManyNewWaits, KeyUsedForAnother; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if (made := made_by_same_request(by=by)) is not None:
            return Joined(entry_of(account_id=by.account_id, entry_id=made, now=by.now), is_new=False)
        dogs = locked_dogs(wait.treatments, customer_id=by.account_id)
        salon = _salon_of(wait)
        _check_days(wait, salon, now=by.now)
        visit_of(wait.treatments, salon_id=salon.pk, dogs=dogs)
        mine = list(entries_of(account_id=by.account_id, now=by.now).filter(state__in=set(WaitState) - OVER))
        entry = _entry_for(wait, salon, by=by)
        if (same := next((one for one in mine if _is_same(one, entry)), None)) is not None:
            return Joined(same, is_new=False)
        _check_limits(mine, salon, by=by)
        entry.save(force_insert=True)
        over = datetime.combine(wait.last_day + 2 * DAY, datetime.min.time(), tzinfo=salon.zone)
        record_due(kind=CLOSES, reference=str(entry.pk), due_at=over)
        note_carried_out(entry.pk, by=by)
    return Joined(entry_of(account_id=by.account_id, entry_id=entry.pk, now=by.now), is_new=True)


def leave_waitlist(entry_id: UUID, *, by: By) -> WaitlistEntry:
    """What was offered passes on. A second time changes nothing. Raises NotFound, WaitHasEnded once it is booked."""
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        entry = entry_of(account_id=by.account_id, entry_id=entry_id, now=by.now)
        held = Hold.objects.filter(offer_of=entry, state=HoldState.HELD)
        # Any of these may be offering to it, or has offered before moving on: their rows come first, then the holds'.
        groomers = set(Groomer.objects.filter(salon_id=entry.salon_id).values_list("pk", flat=True))
        groomers.update(held.values_list("groomer_id", flat=True))
        list(Groomer.objects.select_for_update().filter(pk__in=groomers).order_by("pk").values_list("pk", flat=True))
        list(held.select_for_update().order_by("pk").values_list("pk", flat=True))
        offers = list(held.select_related("groomer__salon").order_by("pk"))
        entry = WaitlistEntry.objects.select_for_update().get(pk=entry.pk)
        if entry.state in OVER:
            if entry.state == WaitState.BOOKED:
                raise WaitHasEnded(state=entry.state)
            return entry_of(account_id=by.account_id, entry_id=entry_id, now=by.now)
        take_step(entry, "leave", now=by.now)
        for hold in offers:
            end_hold(hold, "release", now=by.now)
    return entry_of(account_id=by.account_id, entry_id=entry_id, now=by.now)


def close_entry(*, reference: str, due_at: datetime, now: datetime) -> None:
    """The act that is due when its days are over, and notes the day on which it is forgotten."""
    entry = WaitlistEntry.objects.select_for_update().filter(pk=UUID(reference)).first()
    if entry is None:
        return
    if entry.state == WaitState.OFFERED:
        if entry.offers.filter(state=HoldState.HELD).exists():
            raise OfferNotEndedYet
        # What it was offered went together with its groomer.
        take_step(entry, "miss", now=now)
    if entry.state not in OVER:
        take_step(entry, "close", now=now)
    record_due(kind=FORGOTTEN, reference=reference, due_at=now + KEPT)


def forget_entry(*, reference: str, due_at: datetime, now: datetime) -> None:
    """The act that is due a month after its days. What was booked of it is a booking of its own."""
    WaitlistEntry.objects.filter(pk=UUID(reference), state__in=OVER).delete()


def _check_limits(waiting: Collection[WaitlistEntry], salon: Salon, *, by: By) -> None:
    here = sum(one.salon_id == salon.pk for one in waiting)
    if len(waiting) >= MAX_WAITING or here >= MAX_WAITING_HERE:
        raise TooManyWaits(max_waiting=MAX_WAITING, max_waiting_here=MAX_WAITING_HERE)
    mine = WaitlistEntry.objects.filter(customer_id=by.account_id)
    seconds = seconds_to_wait(mine, made_at="joined_at", at_most=MAX_NEW_A_DAY, now=by.now)
    if seconds is not None:
        raise TooManyNewWaits(max_a_day=MAX_NEW_A_DAY, retry_after_seconds=seconds)


def _salon_of(wait: Wait) -> Salon:
    if wait.groomer_id is not None:
        groomer = Groomer.objects.select_related("salon").filter(pk=wait.groomer_id).first()
        if groomer is None:
            raise unknown("groomer_id")
        return groomer.salon
    salon = Salon.objects.filter(pk=wait.salon_id or 0).first()
    if salon is None:
        raise unknown("salon_id")
    return salon


def _check_days(wait: Wait, salon: Salon, *, now: datetime) -> None:
    this_day = today(now=now, zone=salon.zone)
    if wait.last_day < max(wait.first_day, this_day):
        raise _unfit("last_day", "in-past", en="Has passed, or lies before the first", ko="지났거나 첫날보다 앞이에요")
    if wait.last_day - wait.first_day > timedelta(days=MOST_DAYS_WAITED - 1):
        raise _unfit("last_day", "too-many", en="A month at most", ko="최대 한 달까지예요")
    if wait.last_day - this_day > (MOST_HORIZON_DAYS + MOST_DAYS_WAITED) * DAY:
        raise _unfit("last_day", "too-far-ahead", en="Too far ahead", ko="너무 먼 날이에요")


def _unfit(field: str, code: str, *, en: str, ko: str) -> InvalidInput:
    return InvalidInput(errors=[{"field": field, "code": code, "detail": words(en=en, ko=ko)}])


def _entry_for(wait: Wait, salon: Salon, *, by: By) -> WaitlistEntry:
    return WaitlistEntry(
        customer_id=by.account_id,
        salon=salon,
        groomer_id=wait.groomer_id,
        asked=[_as_kept(one) for one in wait.treatments],
        first_day=wait.first_day,
        last_day=wait.last_day,
        language=asked_language(),
        joined_at=by.now,
    )


def _as_kept(one: AskedTreatment) -> dict[str, Any]:
    return {
        "treatment_id": one.treatment_id,
        "dog_id": str(one.dog_id) if one.dog_id else None,
        "dog_size": str(one.dog_size) if one.dog_size else None,
        "matting": one.facts.matting.value,
    }


def _is_same(one: WaitlistEntry, other: WaitlistEntry) -> bool:
    names = ("salon_id", "groomer_id", "asked", "first_day", "last_day")
    return all(getattr(one, name) == getattr(other, name) for name in names)
