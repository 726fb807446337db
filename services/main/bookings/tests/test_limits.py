"""How much of the groomers' time one customer may hold, also when everything is posted at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings import limits
from bookings.errors import BookedThen, TooManyBookings
from bookings.models import Booking
from bookings.services import Booked, book_slot
from bookings.tests.races import race, wish_for
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]


@pytest.fixture
def other_groomer(groomer: Groomer, make_account: MakeAccount) -> Groomer:
    return Groomer.objects.create(salon=groomer.salon, account=make_account(role=Account.Role.GROOMER), name="이하늘")


def _wish(groomer: Groomer, treatment: Treatment, starts_at: datetime, size: str = "small") -> dict[str, Any]:
    return {
        "groomer_id": groomer.pk,
        "treatment_id": treatment.pk,
        "dog_size": size,
        "starts_at": starts_at.isoformat(),
    }


def test_who_posts_the_same_wish_twice_has_one_booking_and_hears_it_again(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    client, wish = client_of(customer), _wish(groomer, treatment, at_ten)

    first = client.post("/api/v1/bookings", wish)
    again = client.post("/api/v1/bookings", {**wish, "starts_at": at_ten.astimezone(None).isoformat()})

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert Booking.objects.count() == OutboxRow.objects.count() == 1


def test_the_same_wish_at_one_moment_is_one_booking(
    customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    outcomes = race([_booking_of(customer, groomer, treatment, at_ten)] * 6)

    booked = [outcome for outcome in outcomes if isinstance(outcome, Booked)]
    assert len(booked) == 6, outcomes
    assert sum(one.is_new for one in booked) == Booking.objects.count() == OutboxRow.objects.count() == 1


def _booking_of(customer: Account, groomer: Groomer, treatment: Treatment, starts_at: datetime) -> Callable[[], object]:
    def attempt() -> object:
        return book_slot(wish_for(groomer, treatment, starts_at), by=By(customer.pk, timezone.now()))

    return attempt


@pytest.mark.parametrize(("language", "title"), [("ko", "그 시간에 다른 예약이 있어요"), ("en", "You have another")])
def test_one_customer_cannot_be_at_two_places(
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    other_groomer: Groomer,
    treatment: Treatment,
    at_ten: datetime,
    language: str,
    title: str,
) -> None:
    client = client_of(customer)
    mine = client.post("/api/v1/bookings", _wish(groomer, treatment, at_ten)).json()

    for wish in (
        _wish(other_groomer, treatment, at_ten + timedelta(minutes=30)),
        _wish(other_groomer, treatment, at_ten),
        _wish(groomer, treatment, at_ten, size="large"),
    ):
        refused = client.post("/api/v1/bookings", wish, headers={"Accept-Language": language})

        assert (refused.status_code, refused.json()["code"]) == (409, "you-are-booked-then")
        assert refused.json()["booking_id"] == mine["id"]
        assert refused.json()["title"].startswith(title)
    after = client.post("/api/v1/bookings", _wish(other_groomer, treatment, at_ten + timedelta(hours=1)))
    assert after.status_code == 201
    assert Booking.objects.count() == OutboxRow.objects.count() == 2


def test_at_two_groomers_at_one_moment_one_is_booked(
    customer: Account, groomer: Groomer, other_groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    acts = [_booking_of(customer, one, treatment, at_ten) for one in (groomer, other_groomer)]

    outcomes = race(acts)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [Booked.__name__, BookedThen.__name__]


def test_without_the_customer_s_row_both_would_be_booked(
    customer: Account, groomer: Groomer, other_groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    both_have_checked, save = threading.Barrier(2), Booking.save

    def save_after_both_checked(booking: Booking, **options: Any) -> None:
        both_have_checked.wait()
        save(booking, **options)

    acts = [_booking_of(customer, one, treatment, at_ten) for one in (groomer, other_groomer)]
    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Booking, "save", save_after_both_checked),
    ):
        outcomes = race(acts)

    assert all(isinstance(outcome, Booked) for outcome in outcomes)


def test_upcoming_bookings_have_an_end(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    client = client_of(customer)
    with mock.patch.object(limits, "MAX_UPCOMING", 3):
        answers = [
            client.post("/api/v1/bookings", _wish(groomer, treatment, at_ten + day * timedelta(days=1)))
            for day in range(4)
        ]
        client.post(f"/api/v1/bookings/{answers[0].json()['id']}/cancel")
        after = client.post("/api/v1/bookings", _wish(groomer, treatment, at_ten + timedelta(days=3)))

    assert [answer.status_code for answer in answers] == [201, 201, 201, 409]
    assert (answers[3].json()["code"], answers[3].json()["max_upcoming"]) == ("too-many-bookings", 3)
    assert after.status_code == 201


def test_upcoming_bookings_have_an_end_at_one_moment_too(
    customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    acts = [_booking_of(customer, groomer, treatment, at_ten + day * timedelta(days=1)) for day in range(6)]

    with mock.patch.object(limits, "MAX_UPCOMING", 2):
        outcomes = race(acts)

    assert sum(isinstance(outcome, Booked) for outcome in outcomes) == Booking.objects.count() == 2
    assert sum(isinstance(outcome, TooManyBookings) for outcome in outcomes) == 4


def test_booking_and_cancelling_again_and_again_has_an_end_for_today(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    client = client_of(customer)
    with mock.patch.object(limits, "MAX_NEW_A_DAY", 3):
        for _ in range(3):
            booking = client.post("/api/v1/bookings", _wish(groomer, treatment, at_ten)).json()
            client.post(f"/api/v1/bookings/{booking['id']}/cancel")
        refused = client.post("/api/v1/bookings", _wish(groomer, treatment, at_ten))
        Booking.objects.update(booked_at=timezone.now() - timedelta(days=1))
        next_day = client.post("/api/v1/bookings", _wish(groomer, treatment, at_ten))

    assert (refused.status_code, refused.json()["code"]) == (429, "too-many-new-bookings")
    assert 86_000 < int(refused.headers["Retry-After"]) <= 86_401
    assert next_day.status_code == 201
