"""A freed slot goes to the first who waits and whom it fits, and passes on when they do not take it."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotTaken
from bookings.holds.services import book_held, hold_slot, release_hold
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking, Hold, WaitlistEntry
from bookings.moving.services import reschedule_booking
from bookings.services import book_slot
from bookings.tests.races import wish_for
from bookings.tests.test_page import PAGE
from bookings.tests.waitlist.conftest import Waits
from bookings.time_off.services import add_time_off, remove_time_off
from bookings.waitlist.services import leave_waitlist
from bookings.waitlist.states import OVER, WAIT_STEPS, WaitState
from bookings.waitlist.steps import MOST_MISSED
from conftest import MakeAccount
from due.models import DueAct
from due.services import carry_out, due_ids
from notifications.mails.words import in_words
from notifications.models import Notification
from notifications.notices import KNOWN
from notifications.services import deliver_notifications
from outbox.models import OutboxRow
from salon_contracts.events.reading import read_event
from salons.models import DogSize, Groomer, Treatment

pytestmark = pytest.mark.django_db
_ARROW = re.compile(r"^ +(\w+) --> (\w+): (\w+)$", re.MULTILINE)


def _cancel(booking: Booking) -> None:
    cancel_booking(booking.pk, by=By(booking.customer_id, timezone.now()))


def _state(entry: WaitlistEntry) -> str:
    entry.refresh_from_db()
    return str(entry.state)


def _offer_of(entry: WaitlistEntry) -> Hold:
    return Hold.objects.get(offer_of=entry, state="held")


def _time_passes(moment: datetime) -> None:
    for act_id in due_ids(now=moment, at_most=100):
        carry_out(act_id, now=moment)


def test_a_cancelled_slot_is_held_for_the_first_who_waits_and_nobody_is_faster(
    booked: Booking, waits: Waits, make_account: MakeAccount, groomer: Groomer, treatment: Treatment
) -> None:
    first, second = waits(), waits()

    _cancel(booked)

    assert (_state(first), _state(second)) == (WaitState.OFFERED, WaitState.WAITING)
    offer = _offer_of(first)
    assert (offer.customer_id, offer.starts_at) == (first.customer_id, booked.starts_at)
    with pytest.raises(SlotTaken):
        book_slot(wish_for(groomer, treatment, booked.starts_at), by=By(make_account().pk, timezone.now()))
    booking = book_held(offer.pk, by=By(first.customer_id, timezone.now())).booking
    assert (booking.starts_at, booking.customer_id) == (booked.starts_at, first.customer_id)
    assert _state(first) == WaitState.BOOKED


def test_what_is_let_go_passes_on_and_who_let_go_waits_for_another(booked: Booking, waits: Waits) -> None:
    first, second = waits(), waits()
    _cancel(booked)

    release_hold(_offer_of(first).pk, by=By(first.customer_id, timezone.now()))

    assert (_state(first), _state(second)) == (WaitState.WAITING, WaitState.OFFERED)


def test_what_is_not_answered_passes_on_by_itself(booked: Booking, waits: Waits) -> None:
    first, second, third = waits(), waits(), waits()
    _cancel(booked)

    _time_passes(_offer_of(first).held_until)
    assert [_state(one) for one in (first, second, third)] == ["waiting", "offered", "waiting"]

    _time_passes(_offer_of(second).held_until)
    assert [_state(one) for one in (first, second, third)] == ["waiting", "waiting", "offered"]
    _time_passes(_offer_of(third).held_until)
    assert not Hold.objects.filter(state="held").exists()


def test_who_misses_three_offers_waits_no_more(
    waits: Waits, make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    entry = waits()
    for number in range(MOST_MISSED):
        at = at_ten + timedelta(hours=2 * number)
        booking = book_slot(wish_for(groomer, treatment, at), by=By(make_account().pk, timezone.now())).booking
        _cancel(booking)
        _time_passes(_offer_of(entry).held_until)

    assert _state(entry) == WaitState.LAPSED


@pytest.mark.parametrize("how", ["moved away", "time off", "hold let go", "hold ended"])
def test_whatever_frees_time_offers_it(
    how: str,
    waits: Waits,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    at_ten: datetime,
) -> None:
    by, wish = By(customer.pk, timezone.now()), wish_for(groomer, treatment, at_ten)
    theirs = By(groomer.account_id, timezone.now())
    match how:
        case "moved away":
            booking = book_slot(wish, by=by).booking
            entry = waits()
            reschedule_booking(booking.pk, starts_at=at_ten + timedelta(days=1), by=by)
        case "time off":
            off = add_time_off(starts_at=at_ten, ends_at=at_ten + timedelta(hours=1), note="", by=theirs).time_off
            entry = waits()
            remove_time_off(off.pk, by=theirs)
        case "hold let go":
            hold = hold_slot(wish, by=by).hold
            entry = waits()
            release_hold(hold.pk, by=by)
        case _:
            hold = hold_slot(wish, by=by).hold
            entry = waits()
            _time_passes(hold.held_until)

    assert _state(entry) == WaitState.OFFERED


def test_only_whom_it_fits(
    booked: Booking, waits: Waits, groomer: Groomer, make_account: MakeAccount, tomorrow: date
) -> None:
    """A groomer of their own, another day, a dog for which an hour is too short, somebody who is booked then."""
    other = Groomer.objects.create(
        salon=groomer.salon, account=make_account(role=Account.Role.GROOMER), name="다른 미용사"
    )
    after_tomorrow = tomorrow + timedelta(days=1)
    wrong = [
        waits(groomer_id=other.pk, salon_id=None),
        waits(first_day=after_tomorrow, last_day=after_tomorrow),
    ]
    busy = waits()
    Booking.objects.create(
        customer_id=busy.customer_id,
        groomer=other,
        treatment=booked.treatment,
        dog_size="small",
        starts_at=booked.starts_at,
        ends_at=booked.ends_at,
        price=1,
        status=Booking.Status.CONFIRMED,
        booked_at=timezone.now(),
    )
    fits = waits(groomer_id=groomer.pk, salon_id=None, last_day=after_tomorrow)

    _cancel(booked)

    assert {_state(one) for one in (*wrong, busy)} == {WaitState.WAITING}
    assert _state(fits) == WaitState.OFFERED


def test_a_long_visit_is_not_offered_a_short_gap(
    booked: Booking, waits: Waits, make_account: MakeAccount, groomer: Groomer, treatment: Treatment
) -> None:
    book_slot(
        wish_for(groomer, treatment, booked.starts_at + timedelta(hours=1)), by=By(make_account().pk, timezone.now())
    )
    large, small = waits(size=DogSize.LARGE), waits()

    _cancel(booked)

    assert (_state(large), _state(small)) == (WaitState.WAITING, WaitState.OFFERED)


def test_who_is_offered_a_slot_is_told_by_mail_until_when(booked: Booking, waits: Waits) -> None:
    entry = waits()

    _cancel(booked)

    events = [read_event(bytes(row.value), known=KNOWN) for row in OutboxRow.objects.order_by("pk")]
    deliver_notifications(events=[event for event in events if isinstance(event, KNOWN)], now=timezone.now())
    [notification] = Notification.objects.filter(recipient_id=entry.customer_id)
    assert (notification.kind, notification.wants_mail) == ("waitlist.offered", True)
    assert f"{_offer_of(entry).held_until.astimezone(booked.groomer.salon.zone):%H:%M}" in in_words(notification)[1]


def test_who_leaves_is_offered_nothing_and_passes_on_what_they_had(booked: Booking, waits: Waits) -> None:
    gone, first, second = waits(), waits(), waits()
    leave_waitlist(gone.pk, by=By(gone.customer_id, timezone.now()))
    _cancel(booked)
    assert (_state(gone), _state(first)) == (WaitState.LEFT, WaitState.OFFERED)

    for _ in range(2):
        leave_waitlist(first.pk, by=By(first.customer_id, timezone.now()))

    assert (_state(first), _state(second)) == (WaitState.LEFT, WaitState.OFFERED)


def test_whose_last_offer_is_not_ended_yet_is_closed_once_it_is(booked: Booking, waits: Waits) -> None:
    """Whatever order a worker that was away for days takes them in."""
    entry = waits()
    _cancel(booked)
    later = timezone.now() + timedelta(days=4)
    closing, ending = (DueAct.objects.get(kind=kind) for kind in ("waitlist-closes", "hold-ends"))

    for act in (closing, ending):
        carry_out(act.pk, now=later)
    assert _state(entry) == WaitState.WAITING

    _time_passes(later + timedelta(minutes=1))
    assert _state(entry) == WaitState.CLOSED


def test_whose_days_are_over_waits_no_more(waits: Waits, tomorrow: date) -> None:
    entry = waits()

    _time_passes(timezone.now() + timedelta(days=4))

    assert _state(entry) == WaitState.CLOSED


def test_the_page_draws_the_states_as_they_are() -> None:
    page = PAGE.read_text(encoding="utf-8").partition("--> waiting\n")[2].partition("```")[0]

    assert set(_ARROW.findall(page)) == {(step.before, step.after, step.act) for step in WAIT_STEPS}
    assert {WaitState.BOOKED, WaitState.LEFT, WaitState.LAPSED, WaitState.CLOSED} == OVER
