"""Money at one moment: two pages of one order, late money against somebody else, two refunds; each with its twin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from importlib import import_module
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.models import Booking, Hold
from bookings.services import book_slot
from bookings.tests.races import race, wish_for, without_the_triggers
from conftest import MakeAccount
from payments.models import Attempt, Payment, Refund
from payments.paying.services import confirm_payment
from payments.paying.settling import settle
from payments.tests.conftest import WON, confirm
from payments.tests.standing_in import InMemory, outside_transactions, work
from salons.models import Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def without_locks(at: Any, name: str) -> Iterator[None]:
    """And both have checked before either goes on with what is named."""
    both_have_checked = threading.Barrier(2)
    they_go_on = threading.Event()
    go_on = getattr(at, name)

    def after_both_checked(*words: Any, **options: Any) -> Any:
        if not they_go_on.is_set():
            both_have_checked.wait(timeout=30)
            they_go_on.set()
        return go_on(*words, **options)

    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows, **_: rows),
        mock.patch.object(at, name, after_both_checked),
    ):
        yield


def _two_pages(provider: InMemory, begun: dict[str, Any], customer: Account) -> list[Any]:
    """One order in two windows: in both its customer has chosen how to pay."""
    keys = [provider.begun(begun["order_id"], WON) for _ in range(2)]
    by = By(customer.pk, timezone.now())
    asked = {"order_id": begun["order_id"], "won": WON, "by": by}
    return [partial(confirm_payment, UUID(begun["id"]), payment_key=key, **asked) for key in keys]


def test_of_two_pages_of_one_order_one_is_charged(
    in_memory: InMemory, begun: dict[str, Any], customer: Account
) -> None:
    in_memory.before_each = outside_transactions

    race(_two_pages(in_memory, begun, customer))

    assert in_memory.held_won == WON
    assert (Booking.objects.count(), Attempt.objects.count()) == (1, 1)
    assert Payment.objects.get().state == "paid"


def test_without_lock_and_stored_attempt_both_would_be_charged(
    in_memory: InMemory, begun: dict[str, Any], customer: Account
) -> None:
    def not_stored(**values: Any) -> Attempt:
        return Attempt(**{**values, "idempotency_key": uuid4().hex})

    with without_locks(Payment, "step"), mock.patch.object(Attempt.objects, "create", not_stored):
        race(_two_pages(in_memory, begun, customer))

    assert in_memory.held_won == 2 * WON


@pytest.fixture
def late(in_memory: InMemory, mine: APIClient, begun: dict[str, Any], paid_ahead: Salon) -> Payment:
    """Charged, but its answer was lost, the hold has ended since, and the salon asks for no money ahead any more."""
    key = in_memory.begun(begun["order_id"], WON)
    in_memory.to_come = ["lose"]
    confirm(mine, begun, {"payment_key": key, "order_id": begun["order_id"], "won": WON})
    Hold.objects.update(state="expired", held_until=timezone.now())
    Salon.objects.filter(pk=paid_ahead.pk).update(prepayment=False)
    return Payment.objects.get()


def _late_and_another(
    provider: InMemory, late: Payment, other: Account, groomer: Groomer, treatment: Treatment, at: datetime
) -> list[Any]:
    now = timezone.now()
    truth = provider.find(payment_key=late.payment_key)
    booked = partial(book_slot, wish_for(groomer, treatment, at), by=By(other.pk, now))
    return [partial(settle, late, truth, call="find", now=now), booked]


def test_late_money_and_another_customer_have_one_slot_and_what_has_none_goes_back(
    in_memory: InMemory, late: Payment, make_account: MakeAccount, groomer: Groomer, treatment: Treatment,
    at_ten: datetime,
) -> None:  # fmt: skip
    race(_late_and_another(in_memory, late, make_account(), groomer, treatment, at_ten))
    work(timezone.now())

    [booking] = Booking.objects.all()
    late.refresh_from_db()
    is_theirs = booking.customer_id == late.customer_id
    assert late.booking_id == (booking.pk if is_theirs else None)
    assert [refund.state for refund in Refund.objects.all()] == ([] if is_theirs else ["done"])
    assert in_memory.held_won == (WON if is_theirs else 0)


@contextmanager
def _without_those_of_holds() -> Iterator[None]:
    of_holds = import_module("bookings.migrations.0011_holds")
    with connection.cursor() as cursor:
        for statement in of_holds.DROP:
            cursor.execute(statement)
        try:
            yield
        finally:
            for statement in of_holds.DROP + of_holds.CREATE:
                cursor.execute(statement)


def test_without_lock_and_triggers_both_would_have_the_slot(
    in_memory: InMemory, late: Payment, make_account: MakeAccount, groomer: Groomer, treatment: Treatment,
    at_ten: datetime,
) -> None:  # fmt: skip
    with without_the_triggers(forget=False), _without_those_of_holds(), without_locks(Booking, "save"):
        outcomes = race(_late_and_another(in_memory, late, make_account(), groomer, treatment, at_ten))

    assert Booking.objects.filter(status=Booking.Status.CONFIRMED).count() == 2, outcomes
    Booking.objects.filter(payments=None).delete()


@pytest.fixture
def order(in_memory: InMemory, mine: APIClient, begun: dict[str, Any]) -> str:
    key = in_memory.begun(begun["order_id"], WON)
    confirm(mine, begun, {"payment_key": key, "order_id": begun["order_id"], "won": WON})
    return str(begun["order_id"])


def test_of_two_refunds_of_everything_one_is(in_memory: InMemory, order: str) -> None:
    in_memory.before_each = outside_transactions

    outcomes = race([partial(call_command, "refund_payment", order)] * 2)
    race([partial(work, timezone.now())] * 2)

    assert sum(isinstance(outcome, CommandError) for outcome in outcomes) == 1
    assert [refund.state for refund in Refund.objects.all()] == ["done"]
    assert in_memory.held_won == 0
    assert Payment.objects.get().refunded_won == WON


def test_without_the_lock_of_the_payment_both_would_be_requested(in_memory: InMemory, order: str) -> None:
    with without_locks(Refund.objects, "create"):
        race([partial(call_command, "refund_payment", order)] * 2)

    assert Refund.objects.count() == 2
