"""Twenty customers, one slot, at the same moment, on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotTaken
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking
from bookings.services import book_slot
from bookings.tests.races import race, wish_for, without_the_triggers
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 20


@pytest.fixture
def customers(make_account: MakeAccount) -> list[Account]:
    return [make_account() for _ in range(CUSTOMERS)]


def _attempts(
    customers: list[Account], groomer: Groomer, treatment: Treatment, starts_at: datetime
) -> list[Callable[[], object]]:
    def attempt(customer_id: int) -> object:
        return book_slot(wish_for(groomer, treatment, starts_at), by=By(customer_id, timezone.now())).booking

    return [lambda customer_id=customer.pk: attempt(customer_id) for customer in customers]  # type: ignore[misc]


def test_of_twenty_customers_one_gets_the_slot(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    outcomes = race(_attempts(customers, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 19, outcomes
    assert Booking.objects.count() == OutboxRow.objects.count() == 1


@pytest.fixture
def without_lock_and_triggers() -> Iterator[None]:
    """The rule as it would be without its guards, with every customer past the check before anybody writes.

    The pause stands in `Booking.save`, so that the race always shows.
    """
    everybody_has_checked = threading.Barrier(CUSTOMERS)
    save = Booking.save

    def save_after_all_checked(booking: Booking, **options: Any) -> None:
        everybody_has_checked.wait()
        save(booking, **options)

    with (
        without_the_triggers(),
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Booking, "save", save_after_all_checked),
    ):
        yield


@pytest.mark.usefixtures("without_lock_and_triggers")
def test_without_lock_and_triggers_all_of_them_would_get_it(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    outcomes = race(_attempts(customers, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == CUSTOMERS


def test_the_database_holds_even_where_the_lock_is_forgotten(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    with mock.patch.object(QuerySet, "select_for_update", lambda rows: rows):
        outcomes = race(_attempts(customers, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert all(isinstance(outcome, Booking | SlotTaken | IntegrityError) for outcome in outcomes)
    assert Booking.objects.count() == OutboxRow.objects.count() == 1


def test_cancelling_twice_at_once_tells_it_once(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    [book] = _attempts(customers[:1], groomer, treatment, at_ten)
    booking = book()
    assert isinstance(booking, Booking)

    def cancel() -> object:
        return cancel_booking(booking.pk, by=By(customers[0].pk, timezone.now()))

    outcomes = race([cancel] * 8)

    assert all(isinstance(outcome, Booking) for outcome in outcomes)
    assert OutboxRow.objects.filter(topic="bookings").count() == 2
