"""Two customers, one free slot, and at least one of them comes from another time: on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from unittest import mock

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from api.callers.acting import By
from bookings.errors import SlotTaken
from bookings.lifecycle.errors import BookingHasEnded
from bookings.lifecycle.services import cancel_booking
from bookings.lifecycle.states import State
from bookings.models import Booking
from bookings.moving.services import reschedule_booking
from bookings.queries import overlapping_pairs
from bookings.services import Booked, book_slot
from bookings.tests.races import race, wish_for, without_the_triggers
from conftest import MakeAccount
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
PAIRS = 8


@pytest.fixture
def at_two(at_ten: datetime) -> datetime:
    return at_ten + timedelta(hours=4)


@pytest.fixture
def booked(make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_ten: datetime) -> list[Booking]:
    """Of two customers, at ten and at noon."""
    return [
        book_slot(
            wish_for(groomer, treatment, at_ten + timedelta(hours=hours)), by=By(make_account().pk, timezone.now())
        ).booking
        for hours in (0, 2)
    ]


def _moves(bookings: list[Booking], to: datetime) -> list[Callable[[], object]]:
    return [
        partial(reschedule_booking, one.pk, starts_at=to, by=By(one.customer_id, timezone.now())) for one in bookings
    ]


def test_of_two_who_move_into_one_slot_one_does_and_the_other_stays(booked: list[Booking], at_two: datetime) -> None:
    outcomes = race(_moves(booked, at_two))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Booking", "SlotTaken"]
    stands = {one.starts_at for one in Booking.objects.all()}
    assert at_two in stands
    assert len(stands & {one.starts_at for one in booked}) == 1


def test_of_one_who_moves_and_one_who_books_one_has_the_slot(
    booked: list[Booking], make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_two: datetime
) -> None:
    book = partial(book_slot, wish_for(groomer, treatment, at_two), by=By(make_account().pk, timezone.now()))

    outcomes = race([*_moves(booked[:1], at_two), book])

    assert sum(isinstance(outcome, Booking | Booked) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 1
    assert overlapping_pairs() == []


def test_the_slot_that_one_leaves_is_had_by_one_of_those_who_wait_for_it(
    booked: list[Booking], make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_two: datetime
) -> None:
    ids: list[int] = [make_account().pk for _ in range(PAIRS)]
    wish = wish_for(groomer, treatment, booked[0].starts_at)
    books = [partial(book_slot, wish, by=By(account_id, timezone.now())) for account_id in ids]

    outcomes = race([*_moves(booked[:1], at_two), *books])

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) <= 1
    assert all(isinstance(outcome, Booking | Booked | SlotTaken) for outcome in outcomes), outcomes
    assert overlapping_pairs() == []


def test_moved_and_cancelled_at_one_moment_it_is_cancelled(
    booked: list[Booking], groomer: Groomer, at_two: datetime
) -> None:
    one = booked[0]
    cancel = partial(cancel_booking, one.pk, by=By(groomer.account_id, timezone.now()))

    outcomes = race([*_moves([one], at_two), cancel])

    one.refresh_from_db()
    assert one.state == State.CANCELLED_BY_GROOMER
    assert all(isinstance(outcome, Booking | BookingHasEnded) for outcome in outcomes), outcomes
    assert one.sequence == 1 + (one.starts_at == at_two)


@pytest.fixture
def without_lock_and_triggers() -> Iterator[None]:
    """With both past the check before either writes."""
    both_have_checked = threading.Barrier(2)
    save = Booking.save

    def save_after_both_checked(booking: Booking, **options: Any) -> None:
        both_have_checked.wait()
        save(booking, **options)

    with (
        without_the_triggers(),
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Booking, "save", save_after_both_checked),
    ):
        yield


@pytest.mark.usefixtures("booked", "without_lock_and_triggers")
def test_without_lock_and_triggers_both_would_move_into_it(booked: list[Booking], at_two: datetime) -> None:
    outcomes = race(_moves(booked, at_two))

    assert all(isinstance(outcome, Booking) for outcome in outcomes), outcomes
    assert Booking.objects.filter(starts_at=at_two).count() == 2
