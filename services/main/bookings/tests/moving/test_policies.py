"""A salon's policy is shown before, frozen with the booking, and says what cancelling costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import Booking
from salons.models import Groomer, Salon, Treatment
from salons.policies.cancellation import USUAL, stored_form

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]
DEAR = [{"until_hours_before": 0, "fee_percent": 100}]


@pytest.fixture
def salon(groomer: Groomer) -> Salon:
    """Free until a day before, a tenth until an hour before, then half."""
    Salon.objects.filter(pk=groomer.salon_id).update(cancellation_policy=stored_form(USUAL))
    return groomer.salon


@pytest.fixture
def booking(client_of: ClientOf, customer: Account, salon: Salon, wish: dict[str, Any]) -> dict[str, Any]:
    """Of 30,000 won."""
    return dict(client_of(customer).post("/api/v1/bookings", wish).json())


def _begins_in(booking: dict[str, Any], before: timedelta) -> None:
    starts_at = timezone.now() + before
    Booking.objects.filter(pk=booking["id"]).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))


def _cancel(client: APIClient, booking: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(f"/api/v1/bookings/{booking['id']}/cancel")
    assert answer.status_code == 200
    return dict(answer.json())


def test_the_policy_is_shown_with_the_salon_and_with_its_times(
    stranger: APIClient, salon: Salon, treatment: Treatment
) -> None:
    of_salon = stranger.get(f"/api/v1/salons/{salon.pk}").json()
    of_times = stranger.get(f"/api/v1/salons/{salon.pk}/slots", {"visit": f"{treatment.pk}:small"}).json()

    assert of_salon["cancellation_policy"] == of_times["cancellation_policy"] == stored_form(USUAL)


def test_a_booking_says_until_when_cancelling_costs_what(booking: dict[str, Any], at_ten: datetime) -> None:
    terms = [(datetime.fromisoformat(term["until"]), term["fee"]) for term in booking["cancellation_terms"]]

    assert terms == [
        (at_ten - timedelta(hours=24), 0),
        (at_ten - timedelta(hours=1), 3_000),
        (at_ten, 15_000),
    ]
    assert booking["cancellation_fee"] is None


@pytest.mark.parametrize(
    ("before", "fee"),
    [(timedelta(hours=25), 0), (timedelta(hours=23), 3_000), (timedelta(minutes=59), 15_000)],
)
def test_whoever_cancels_hears_what_it_costs(
    client_of: ClientOf, customer: Account, booking: dict[str, Any], before: timedelta, fee: int
) -> None:
    _begins_in(booking, before)

    cancelled = _cancel(client_of(customer), booking)
    again = _cancel(client_of(customer), booking)

    assert (cancelled["state"], cancelled["cancellation_fee"]) == ("cancelled_by_customer", fee)
    assert again == cancelled


def test_what_was_agreed_stays_when_the_salon_asks_more_of_others(
    client_of: ClientOf, customer: Account, salon: Salon, booking: dict[str, Any]
) -> None:
    Salon.objects.filter(pk=salon.pk).update(cancellation_policy=DEAR)
    _begins_in(booking, timedelta(hours=25))

    assert client_of(customer).get(f"/api/v1/salons/{salon.pk}").json()["cancellation_policy"] == DEAR
    assert _cancel(client_of(customer), booking)["cancellation_fee"] == 0


def test_a_groomer_who_cancels_is_owed_nothing(client_of: ClientOf, groomer: Groomer, booking: dict[str, Any]) -> None:
    _begins_in(booking, timedelta(minutes=30))

    cancelled = _cancel(client_of(groomer.account), booking)

    assert (cancelled["state"], cancelled["cancellation_fee"]) == ("cancelled_by_groomer", 0)


def test_a_salon_that_set_no_policy_asks_for_nothing(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], stranger: APIClient, groomer: Groomer
) -> None:
    booking = client_of(customer).post("/api/v1/bookings", wish).json()
    _begins_in(booking, timedelta(minutes=1))

    shown = stranger.get(f"/api/v1/salons/{groomer.salon_id}").json()["cancellation_policy"]
    assert shown == [{"until_hours_before": 0, "fee_percent": 0}]
    assert _cancel(client_of(customer), booking)["cancellation_fee"] == 0


def test_a_booking_that_an_older_release_cancelled_has_no_fee_that_anybody_knows(
    client_of: ClientOf, customer: Account, booking: dict[str, Any]
) -> None:
    Booking.objects.filter(pk=booking["id"]).update(status=Booking.Status.CANCELLED, cancelled_at=timezone.now())

    shown = client_of(customer).get(f"/api/v1/bookings/{booking['id']}").json()

    assert (shown["state"], shown["cancellation_fee"]) == ("cancelled", None)
