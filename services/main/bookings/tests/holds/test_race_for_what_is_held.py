"""One slot at one moment: two who hold it, one who holds and one who books, and one who books what ends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib import import_module
from typing import Any
from unittest import mock

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotTaken
from bookings.holds.errors import HoldHasEnded
from bookings.holds.services import Held, book_held, expire_hold, hold_slot
from bookings.holds.states import HoldState
from bookings.models import Booking, Hold
from bookings.services import Booked, book_slot
from bookings.tests.races import race, wish_for
from conftest import MakeAccount
from due.models import DueAct
from due.services import carry_out
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
_migration = import_module("bookings.migrations.0011_holds")
PEOPLE = 6


@contextmanager
def without_the_triggers_of_holds() -> Iterator[None]:
    with connection.cursor() as cursor:
        for statement in _migration.DROP:
            cursor.execute(statement)
    try:
        yield
    finally:
        Booking.objects.all().delete()
        Hold.objects.all().delete()
        with connection.cursor() as cursor:
            for statement in _migration.DROP + _migration.CREATE:
                cursor.execute(statement)


def _holders(make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at: datetime, count: int) -> list[Any]:
    wish = wish_for(groomer, treatment, at)
    return [partial(hold_slot, wish, by=By(make_account().pk, timezone.now())) for _ in range(count)]


def test_of_all_who_hold_or_book_it_one_has_it(
    make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    wish = wish_for(groomer, treatment, at_ten)
    bookers = [partial(book_slot, wish, by=By(make_account().pk, timezone.now())) for _ in range(PEOPLE)]

    outcomes = race([*_holders(make_account, groomer, treatment, at_ten, PEOPLE), *bookers])

    assert sum(isinstance(outcome, Held | Booked) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 2 * PEOPLE - 1, outcomes


def test_without_lock_and_triggers_two_would_hold_it(
    make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    both_have_checked = threading.Barrier(2)
    save = Hold.save

    def save_after_both_checked(hold: Hold, **options: Any) -> None:
        both_have_checked.wait()
        save(hold, **options)

    with (
        without_the_triggers_of_holds(),
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Hold, "save", save_after_both_checked),
    ):
        outcomes = race(_holders(make_account, groomer, treatment, at_ten, 2))

    assert all(isinstance(outcome, Held) for outcome in outcomes), outcomes


@pytest.fixture
def ending(customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime) -> Hold:
    """A hold at the last moment: its customer still may book, and its end is due."""
    return hold_slot(wish_for(groomer, treatment, at_ten), by=By(customer.pk, timezone.now())).hold


def _book_and_end(hold: Hold) -> list[object]:
    just_before = hold.held_until - timedelta(seconds=1)
    act = DueAct.objects.get(kind="hold-ends")
    return race(
        [
            partial(book_held, hold.pk, by=By(hold.customer_id, just_before)),
            partial(carry_out, act.pk, now=hold.held_until),
        ]
    )


def test_booked_and_ended_at_one_moment_it_is_one_of_the_two(ending: Hold) -> None:
    outcomes = _book_and_end(ending)

    ending.refresh_from_db()
    booked = any(isinstance(outcome, Booked) for outcome in outcomes)
    assert ending.state == (HoldState.BOOKED if booked else HoldState.EXPIRED)
    assert booked or any(isinstance(outcome, HoldHasEnded) for outcome in outcomes), outcomes
    assert Booking.objects.count() == booked


def _expire(hold: Hold) -> None:
    """Without the lock of the act's row too."""
    with transaction.atomic():
        expire_hold(reference=str(hold.pk), due_at=hold.held_until, now=hold.held_until)


def test_without_the_lock_it_would_be_both(ending: Hold) -> None:
    both_have_looked = threading.Barrier(2)
    save = Hold.save

    def save_after_both_looked(hold: Hold, **options: Any) -> None:
        both_have_looked.wait(timeout=20)
        save(hold, **options)

    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows, **_: rows),
        mock.patch.object(Hold, "save", save_after_both_looked),
    ):
        outcomes = race(
            [
                partial(book_held, ending.pk, by=By(ending.customer_id, ending.held_until - timedelta(seconds=1))),
                partial(_expire, ending),
            ]
        )

    assert any(isinstance(outcome, Booked) for outcome in outcomes), outcomes
    assert None in outcomes, "and it was noted as ended too"
