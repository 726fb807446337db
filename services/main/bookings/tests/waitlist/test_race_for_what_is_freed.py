"""What is freed at one moment, by one groomer or two, and who gets it: on the real database."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotTaken
from bookings.holds.errors import HoldHasEnded
from bookings.holds.services import book_held
from bookings.lifecycle import services as lifecycle
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking, Hold, WaitlistEntry
from bookings.queries import overlapping_pairs
from bookings.services import Booked, book_slot
from bookings.tests.races import race, wish_for
from bookings.tests.waitlist.conftest import Waits
from bookings.waitlist import offering
from bookings.waitlist.states import WaitState
from conftest import MakeAccount
from due.models import DueAct
from due.services import carry_out
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
STRANGERS = 5


def _cancel(booking: Booking) -> Any:
    return partial(cancel_booking, booking.pk, by=By(booking.customer_id, timezone.now()))


@pytest.fixture
def at_another(
    booked: Booking, make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> Booking:
    """At the same time, by another groomer of the salon."""
    other = Groomer.objects.create(
        salon=groomer.salon, account=make_account(role=Account.Role.GROOMER), name="다른 미용사"
    )
    return book_slot(wish_for(other, treatment, at_ten), by=By(make_account().pk, timezone.now())).booking


def test_of_one_who_waits_and_all_who_are_fast_the_one_who_waits_has_it(
    booked: Booking, waits: Waits, make_account: MakeAccount, groomer: Groomer, treatment: Treatment
) -> None:
    entry = waits(groomer_id=groomer.pk, salon_id=None)
    wish = wish_for(groomer, treatment, booked.starts_at)
    strangers = [partial(book_slot, wish, by=By(make_account().pk, timezone.now())) for _ in range(STRANGERS)]

    outcomes = race([_cancel(booked), *strangers])

    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == STRANGERS, outcomes
    entry.refresh_from_db()
    assert entry.state == WaitState.OFFERED


def test_offered_after_the_step_that_frees_it_a_stranger_would_be_faster(
    booked: Booking, waits: Waits, make_account: MakeAccount, groomer: Groomer, treatment: Treatment
) -> None:
    """The control: the time is freed first, and looked for whom only then."""
    entry = waits(groomer_id=groomer.pk, salon_id=None)
    with mock.patch.object(lifecycle, "offer_freed", return_value=[]):
        _cancel(booked)()

    stranger = book_slot(wish_for(groomer, treatment, booked.starts_at), by=By(make_account().pk, timezone.now()))

    assert stranger.is_new
    entry.refresh_from_db()
    assert entry.state == WaitState.WAITING


def test_of_two_slots_freed_at_once_one_who_waits_is_offered_one(
    booked: Booking, at_another: Booking, waits: Waits
) -> None:
    first, second = waits(), waits()

    race([_cancel(booked), _cancel(at_another)])

    offers = list(Hold.objects.filter(state="held").values_list("offer_of_id", flat=True))
    assert len(offers) == len(set(offers))
    assert set(offers) <= {first.pk, second.pk}
    assert first.pk in offers


def test_without_the_lock_of_the_entry_one_would_be_offered_both(
    booked: Booking, at_another: Booking, waits: Waits
) -> None:
    entry = waits()
    both_have_looked = threading.Barrier(2)

    def unlocked(found: WaitlistEntry, **_: object) -> WaitlistEntry:
        both_have_looked.wait(timeout=20)
        return WaitlistEntry.objects.get(pk=found.pk)

    with mock.patch.object(offering, "_locked_if_free", unlocked):
        race([_cancel(booked), _cancel(at_another)])

    assert Hold.objects.filter(state="held", offer_of=entry).count() == 2


def test_accepted_and_ended_at_one_moment_it_is_theirs_or_the_next_one_s(booked: Booking, waits: Waits) -> None:
    first, second = waits(), waits()
    _cancel(booked)()
    offer = Hold.objects.get(offer_of=first)
    act = DueAct.objects.get(kind="hold-ends", reference=str(offer.pk))

    outcomes = race(
        [
            partial(book_held, offer.pk, by=By(first.customer_id, offer.held_until - timedelta(seconds=1))),
            partial(carry_out, act.pk, now=offer.held_until),
        ]
    )

    first.refresh_from_db()
    second.refresh_from_db()
    accepted = any(isinstance(outcome, Booked) for outcome in outcomes)
    assert accepted or any(isinstance(outcome, HoldHasEnded) for outcome in outcomes), outcomes
    assert (first.state, second.state) == (("booked", "waiting") if accepted else ("waiting", "offered"))
    assert overlapping_pairs() == []


def test_accepted_while_somebody_books_directly_it_is_theirs(
    booked: Booking, waits: Waits, make_account: MakeAccount, groomer: Groomer, treatment: Treatment
) -> None:
    entry = waits()
    _cancel(booked)()
    offer = Hold.objects.get(offer_of=entry)
    stranger = partial(
        book_slot, wish_for(groomer, treatment, booked.starts_at), by=By(make_account().pk, timezone.now())
    )

    outcomes = race([partial(book_held, offer.pk, by=By(entry.customer_id, timezone.now())), stranger])

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Booked", "SlotTaken"]
    assert Booking.objects.filter(customer_id=entry.customer_id, starts_at=booked.starts_at).count() == 1
