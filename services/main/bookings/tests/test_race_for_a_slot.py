"""Twenty customers, one slot, at the same moment, on the real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from unittest import mock
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Account
from bookings.errors import SlotTaken
from bookings.models import Booking, OccupiedQuarter
from bookings.services import book_slot, cancel_booking
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import DogSize, Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
CUSTOMERS = 20


@pytest.fixture
def customers(make_account: MakeAccount) -> list[Account]:
    return [make_account() for _ in range(CUSTOMERS)]


def _race(acts: list[Callable[[], object]]) -> list[object]:
    start = threading.Barrier(len(acts))
    outcomes: list[object] = []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(act())
        except Exception as error:  # the outcome is what the test looks at
            outcomes.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _attempts(
    customers: list[Account], groomer: Groomer, treatment: Treatment, starts_at: datetime
) -> list[Callable[[], object]]:
    def attempt(customer_id: int) -> Booking:
        return book_slot(
            customer_id=customer_id,
            groomer_id=groomer.pk,
            treatment_id=treatment.pk,
            dog_size=DogSize.SMALL,
            starts_at=starts_at,
            now=timezone.now(),
            trace_id=uuid4().hex,
        )

    return [lambda customer_id=customer.pk: attempt(customer_id) for customer in customers]  # type: ignore[misc]


def test_of_twenty_customers_one_gets_the_slot(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    outcomes = _race(_attempts(customers, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SlotTaken) for outcome in outcomes) == 19
    assert Booking.objects.count() == OutboxRow.objects.count() == 1


@pytest.fixture
def without_lock_and_constraint() -> Iterator[None]:
    """The rule as it would be without its guards, with every customer past the check before anybody changes.

    The pause stands in place of `occupy`'s neighbour, `Booking.objects.create`, so that the race always shows.
    """
    everybody_has_checked = threading.Barrier(CUSTOMERS)
    create = Booking.objects.create

    def create_after_all_checked(**fields: object) -> Booking:
        everybody_has_checked.wait()
        return create(**fields)

    def unlocked(rows: QuerySet[Groomer]) -> QuerySet[Groomer]:
        return rows

    constraint = OccupiedQuarter._meta.constraints[0]
    with connection.cursor() as cursor:
        # The foreign key needs an index in place of the one that goes.
        cursor.execute("CREATE INDEX stand_in ON bookings_occupiedquarter (groomer_id, starts_at)")
    with connection.schema_editor() as editor:
        editor.remove_constraint(OccupiedQuarter, constraint)
    with (
        mock.patch.object(QuerySet, "select_for_update", unlocked),
        mock.patch.object(Booking.objects, "create", create_after_all_checked),
    ):
        yield
    OccupiedQuarter.objects.all().delete()
    with connection.schema_editor() as editor:
        editor.add_constraint(OccupiedQuarter, constraint)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX stand_in ON bookings_occupiedquarter")


@pytest.mark.usefixtures("without_lock_and_constraint")
def test_without_lock_and_constraint_all_of_them_would_get_it(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    outcomes = _race(_attempts(customers, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == CUSTOMERS


def test_the_constraint_holds_even_where_the_lock_is_forgotten(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    with mock.patch.object(QuerySet, "select_for_update", lambda rows: rows):
        outcomes = _race(_attempts(customers, groomer, treatment, at_ten))

    assert sum(isinstance(outcome, Booking) for outcome in outcomes) == 1
    assert Booking.objects.count() == OutboxRow.objects.count() == 1
    assert OccupiedQuarter.objects.count() == 4


def test_cancelling_twice_at_once_tells_it_once(
    customers: list[Account], groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    [book] = _attempts(customers[:1], groomer, treatment, at_ten)
    booking = book()
    assert isinstance(booking, Booking)

    def cancel() -> object:
        return cancel_booking(
            booking_id=booking.pk, account_id=customers[0].pk, now=timezone.now(), trace_id=uuid4().hex
        )

    outcomes = _race([cancel] * 8)

    assert all(isinstance(outcome, Booking) for outcome in outcomes)
    assert OutboxRow.objects.filter(topic="bookings").count() == 2
