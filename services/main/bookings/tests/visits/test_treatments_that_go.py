"""A treatment that its owner removes while somebody books it: one of both is refused, and knows why."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any
from unittest import mock

import pytest
from django.test import RequestFactory
from django.utils import timezone
from rest_framework.request import Request

from accounts.models import Account
from api.callers.acting import By
from api.preconditions import Versions
from bookings import services
from bookings.models import Booking
from bookings.services import Booked, book_slot
from bookings.tests.races import race, wish_for
from bookings.visits.choosing import groomers_free_at
from salon_contracts.http.problem import InvalidInput
from salons.managing import treatments
from salons.managing.errors import TreatmentIsBooked
from salons.managing.treatments import Offer, set_treatments
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
ANY_VERSION = Versions(Request(RequestFactory().put("/")))
Act = Callable[[], object]


@pytest.fixture
def acts(groomer: Groomer, treatment: Treatment, customer: Account, at_ten: datetime) -> tuple[Act, Act]:
    """The customer books it, the owner keeps another one only."""
    Groomer.objects.filter(pk=groomer.pk).update(owns_salon=True)
    prices = {"price_small": 1_000, "price_medium": 1_000, "price_large": 1_000}
    minutes = {"minutes_small": 30, "minutes_medium": 30, "minutes_large": 30}
    kept = Offer(None, {"name": "발톱", "kind": "other", **prices, **minutes})
    owner, by_customer = By(groomer.account_id, timezone.now()), By(customer.pk, timezone.now())
    return (
        lambda: book_slot(wish_for(groomer, treatment, at_ten), by=by_customer),
        lambda: set_treatments([kept], by=owner, versions=ANY_VERSION),
    )


def _while_the_other_waits(module: Any, name: str, acts: tuple[Act, Act]) -> list[object]:
    """The first act stands at this step of it until the second has begun, and as long as that may need to overtake it.

    Gives what each gave or raised, the first act's first.
    """
    step, reached, outcomes = getattr(module, name), threading.Event(), dict[int, object]()

    def slowly(*args: Any, **facts: Any) -> Any:
        reached.set()
        threading.Event().wait(1.0)
        return step(*args, **facts)

    def first() -> None:
        outcomes[0] = _outcome(acts[0])

    def second() -> None:
        reached.wait(40)
        outcomes[1] = _outcome(acts[1])

    with mock.patch.object(module, name, slowly):
        assert race([first, second]) == [None, None]
    return [outcomes[0], outcomes[1]]


def _outcome(act: Act) -> object:
    try:
        return act()
    except Exception as error:  # the outcome is what the test looks at
        return error


def test_who_booked_first_keeps_it_and_the_owner_is_told_that_it_is_booked(acts: tuple[Act, Act]) -> None:
    customers, owners = _while_the_other_waits(services, "groomers_free_at", acts)

    assert isinstance(customers, Booked)
    assert isinstance(owners, TreatmentIsBooked)
    assert Booking.objects.count() == 1


def test_who_comes_after_the_removal_is_told_that_there_is_no_such_treatment(
    acts: tuple[Act, Act], treatment: Treatment
) -> None:
    owners, customers = _while_the_other_waits(treatments, "changed", (acts[1], acts[0]))

    assert owners is None
    assert isinstance(customers, InvalidInput)
    assert customers.facts["errors"][0]["field"] == "treatment_id"
    assert not Treatment.objects.filter(pk=treatment.pk).exists()


def test_two_who_book_one_treatment_of_two_groomers_do_not_wait_for_each_other(
    groomer: Groomer,
    other_groomer: Groomer,
    treatment: Treatment,
    customer: Account,
    at_ten: datetime,
    make_account: Any,
) -> None:
    """The treatment is held by both at once: the second is done while the first stands in the middle of it."""
    both_have_it, now = threading.Barrier(2), timezone.now()
    choose = groomers_free_at

    def together(*args: Any, **facts: Any) -> Any:
        both_have_it.wait(10)
        return choose(*args, **facts)

    with mock.patch.object(services, "groomers_free_at", together):
        outcomes = race(
            [
                lambda: book_slot(wish_for(groomer, treatment, at_ten), by=By(customer.pk, now)),
                lambda: book_slot(wish_for(other_groomer, treatment, at_ten), by=By(make_account().pk, now)),
            ]
        )

    assert all(isinstance(one, Booked) for one in outcomes)
