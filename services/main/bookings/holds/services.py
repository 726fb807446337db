"""Holding a slot, booking what is held, letting it go, and its end by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.day_limit import DAY, seconds_to_wait
from accounts.models import Account
from api.callers.acting import By
from bookings.errors import PaymentRequired
from bookings.holds.errors import HoldHasEnded, TooManyHolds, TooManyNewHolds
from bookings.holds.keeping import keep
from bookings.holds.kept_visit import asked_of, is_of, kept, to_keep
from bookings.holds.queries import hold_of, holds_of
from bookings.holds.states import HoldAct, HoldState, after
from bookings.models import Booking, Hold
from bookings.queries import bookings_of
from bookings.services import Booked, Wish, booking_at, locked_groomers, write_booking
from bookings.visits.asked import AskedTreatment, hold_treatments, locked_dogs, visit_of
from bookings.waitlist.offering import offer_freed
from bookings.waitlist.states import WaitAct
from bookings.waitlist.steps import offer_ended
from config.env import env
from due.services import record_due
from idempotency.services import made_by_same_request, note_carried_out
from salons.models import Groomer
from salons.slots import Slot

MAX_HELD = 2
MAX_NEW_A_DAY = 30
FORGOTTEN = "hold-forgotten"
KEPT = timedelta(days=30)
_OF_WHO_WAITS: dict[HoldAct, WaitAct] = {"book": "accept", "release": "decline", "expire": "miss"}
_FREES = frozenset({"release", "expire"})


class Held(NamedTuple):
    hold: Hold
    is_new: bool


def hold_slot(wish: Wish, *, by: By) -> Held:
    """Nobody else books it for some minutes (MAIN_HOLD_MINUTES). The same wish again, while it stands, gives that hold.

    Raises what `book_slot` does, TooManyHolds, TooManyNewHolds.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if (made := made_by_same_request(by=by)) is not None:
            return Held(hold_of(account_id=by.account_id, hold_id=made), is_new=False)
        dogs = locked_dogs(wish.treatments, customer_id=by.account_id)
        groomers = locked_groomers(wish)
        hold_treatments(wish.treatments)
        visit = visit_of(wish.treatments, salon_id=groomers[0].salon_id, dogs=dogs)
        mine = holds_of(account_id=by.account_id)
        then = mine.standing(now=by.now).filter(groomer__in=groomers, starts_at=wish.starts_at)
        if (same := next((hold for hold in then if is_of(hold, visit)), None)) is not None:
            return Held(same, is_new=False)
        _check_limits(by=by)
        booking = booking_at(visit, groomers, starts_at=wish.starts_at, by=by)
        hold = keep(_hold_for(booking, by=by))
        note_carried_out(hold.pk, by=by)
    return Held(hold, is_new=True)


def book_held(hold_id: UUID, *, by: By) -> Booked:
    """What is held, at the price and policy that were shown then. Again, it gives the booking that it led to.

    Raises NotFound, HoldHasEnded, PaymentRequired, SlotInPast, SlotNotOffered (the salon closed meanwhile, the
    treatment is gone, or one has blocked the other), BookedThen, TooManyBookings, TooManyNewBookings,
    KeyUsedForAnother; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if (made := made_by_same_request(by=by)) is not None:
            return Booked(bookings_of(account_id=by.account_id).get(pk=made), is_new=False)
        asked = asked_of(hold_of(account_id=by.account_id, hold_id=hold_id))
        dogs = locked_dogs(asked, customer_id=by.account_id)
        hold = locked_hold(hold_id, by=by, treatments=asked)
        if hold.state == HoldState.BOOKED:
            return Booked(bookings_of(account_id=by.account_id).get(pk=hold.pk), is_new=False)
        if not hold.stands(now=by.now):
            raise HoldHasEnded(state=HoldState.EXPIRED if hold.state == HoldState.HELD else hold.state)
        if hold.needs_payment:
            raise PaymentRequired
        booking = booking_at(kept(hold, dogs=dogs), [hold.groomer], starts_at=hold.starts_at, by=by, held=hold)
        end_hold(hold, "book", now=by.now)
        write_booking(booking, by=by)
    return Booked(booking, is_new=True)


def release_hold(hold_id: UUID, *, by: By) -> Hold:
    """The slot is free again. A second time changes nothing. Raises NotFound, HoldHasEnded once it is booked."""
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        hold = locked_hold(hold_id, by=by)
        if hold.state == HoldState.BOOKED:
            raise HoldHasEnded(state=hold.state)
        if hold.state == HoldState.HELD:
            end_hold(hold, "release", now=by.now)
    return hold


def expire_hold(*, reference: str, due_at: datetime, now: datetime) -> None:
    """The act that is due when it ends, however it did. It takes no time since; a month later it is forgotten."""
    ends = Hold.objects.filter(pk=UUID(reference.partition(":")[0]))
    list(Groomer.objects.select_for_update().filter(pk__in=list(ends.values_list("groomer_id", flat=True))))
    if (hold := ends.select_for_update().first()) is None:
        return
    if hold.state == HoldState.HELD and hold.held_until <= now:
        end_hold(hold, "expire", now=now)
    record_due(kind=FORGOTTEN, reference=str(hold.pk), due_at=now + KEPT)


def forget_hold(*, reference: str, due_at: datetime, now: datetime) -> None:
    """The act that is due a month after its end. What was booked of it is a booking of its own."""
    Hold.objects.filter(pk=UUID(reference)).exclude(state=HoldState.HELD).delete()


def locked_hold(hold_id: UUID, *, by: By, treatments: Sequence[AskedTreatment] = ()) -> Hold:
    """One of mine that nobody else changes before the transaction ends, nor removes these. Raises NotFound."""
    groomer_id = hold_of(account_id=by.account_id, hold_id=hold_id).groomer_id
    # The groomer's row first, as book_slot does.
    Groomer.objects.select_for_update().get(pk=groomer_id)
    if treatments:
        hold_treatments(treatments)
    Hold.objects.select_for_update().only("pk").get(pk=hold_id)
    return hold_of(account_id=by.account_id, hold_id=hold_id)


def end_hold(hold: Hold, act: HoldAct, *, now: datetime) -> None:
    """Behind the lock; what it lets go is offered to who waits.

    Raises HoldHasEnded where the table of states has no such step.
    """
    state = after(act, HoldState(hold.state))
    if state is None:
        raise HoldHasEnded(state=hold.state)
    hold.state, hold.ended_at = state, now
    hold.save(update_fields=["state", "ended_at"])
    if act in _OF_WHO_WAITS:
        offer_ended(hold, _OF_WHO_WAITS[act], now=now)
    if act in _FREES:
        offer_freed(hold.groomer, Slot(hold.starts_at, hold.ends_at), now=now)


def _check_limits(*, by: By) -> None:
    mine = Hold.objects.filter(customer_id=by.account_id, offer_of=None)
    if mine.standing(now=by.now).count() >= MAX_HELD:
        raise TooManyHolds(max_held=MAX_HELD)
    lately = mine.filter(held_at__gt=by.now - DAY)
    seconds = seconds_to_wait(lately, made_at="held_at", at_most=MAX_NEW_A_DAY, now=by.now)
    if seconds is not None:
        raise TooManyNewHolds(max_a_day=MAX_NEW_A_DAY, retry_after_seconds=seconds)


def _hold_for(booking: Booking, *, by: By) -> Hold:
    return Hold(
        customer_id=by.account_id,
        groomer=booking.groomer,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        visit=to_keep(booking.visit),
        price=booking.price,
        agreed_policy=booking.agreed_policy,
        held_at=by.now,
        held_until=min(by.now + timedelta(minutes=env.hold_minutes), booking.starts_at),
    )
