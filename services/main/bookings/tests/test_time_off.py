"""A groomer's times off over HTTP."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotNotOffered
from bookings.models import Booking, TimeOff
from bookings.services import book_slot
from bookings.tests.races import race, wish_for
from bookings.time_off import services
from bookings.time_off.errors import TimeOffMeetsBookings
from bookings.time_off.services import add_time_off
from conftest import MakeAccount
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]
ADDRESS = "/api/v1/groomers/me/time-off"


@pytest.fixture
def mine(groomer: Groomer, client_of: ClientOf) -> APIClient:
    return client_of(groomer.account)


def _off(at_ten: datetime, *, hours: float = 1, **more: Any) -> dict[str, Any]:
    return {"starts_at": at_ten.isoformat(), "ends_at": (at_ten + timedelta(hours=hours)).isoformat(), **more}


def test_a_time_off_is_listed_and_can_be_taken_back(
    mine: APIClient, client_of: ClientOf, customer: Account, wish: dict[str, Any], at_ten: datetime
) -> None:
    added = mine.post(ADDRESS, _off(at_ten, note="병원"), format="json")
    refused = client_of(customer).post("/api/v1/bookings", wish, format="json")
    listed = mine.get(ADDRESS).json()["items"]
    removed = [mine.delete(f"{ADDRESS}/{added.json()['id']}").status_code for _ in range(2)]
    booked = client_of(customer).post("/api/v1/bookings", wish, format="json")

    assert (added.status_code, added.json()["note"], listed) == (201, "병원", [added.json()])
    assert (refused.json()["code"], removed, booked.status_code) == ("slot-not-offered", [204, 404], 201)


def test_what_is_booked_is_not_overruled(
    mine: APIClient, client_of: ClientOf, customer: Account, wish: dict[str, Any], at_ten: datetime
) -> None:
    booked = client_of(customer).post("/api/v1/bookings", wish, format="json").json()

    over = mine.post(ADDRESS, _off(at_ten + timedelta(minutes=59)), format="json")
    after = mine.post(ADDRESS, _off(at_ten + timedelta(hours=1)), format="json")
    mine.post(f"/api/v1/bookings/{booked['id']}/cancel", {}, format="json")
    then = mine.post(ADDRESS, _off(at_ten), format="json")

    assert (over.status_code, over.json()["code"], over.json()["booking_ids"]) == (
        409,
        "time-off-meets-bookings",
        [booked["id"]],
    )
    assert (after.status_code, then.status_code) == (201, 201)


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"ends_at": timedelta(0)}, "ends_at", "not-after-beginning"),
        ({"ends_at": timedelta(seconds=-1)}, "ends_at", "not-after-beginning"),
        ({"starts_at": timedelta(days=-9), "ends_at": timedelta(days=-8)}, "ends_at", "in-past"),
        ({"ends_at": timedelta(days=367)}, "ends_at", "too-long"),
        ({"starts_at": timedelta(days=800), "ends_at": timedelta(days=801)}, "starts_at", "too-far-ahead"),
        ({"starts_at": "9999-12-31T23:00:00-12:00"}, "starts_at", "overflow"),
        ({"starts_at": "2026-12-01T10:00:00"}, "starts_at", "no_offset"),
        ({"note": "가" * 101}, "note", "max_length"),
        ({"groomer_id": 1}, "groomer_id", "unknown"),
    ],
)
def test_bad_input_is_refused_with_its_field(
    mine: APIClient, at_ten: datetime, body: dict[str, Any], field: str, code: str
) -> None:
    moments = {
        name: (at_ten + value).isoformat() if isinstance(value, timedelta) else value for name, value in body.items()
    }
    answer = mine.post(ADDRESS, {**_off(at_ten), **moments}, format="json")

    assert answer.status_code == 422
    assert (field, code) in {(error["field"], error["code"]) for error in answer.json()["errors"]}
    assert not TimeOff.objects.exists()


def test_a_groomer_has_a_bounded_number_of_times_off_ahead(
    mine: APIClient, groomer: Groomer, at_ten: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_UPCOMING", 2)
    over = timezone.now() - timedelta(hours=2)
    TimeOff.objects.create(groomer=groomer, starts_at=over, ends_at=over + timedelta(hours=1))

    answers = [mine.post(ADDRESS, _off(at_ten), format="json") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert answers[-1].json()["code"] == "too-much-time-off"


def test_an_account_that_stands_for_no_groomer_has_no_times_off(
    make_account: MakeAccount, client_of: ClientOf, at_ten: datetime
) -> None:
    client = client_of(make_account(role=Account.Role.GROOMER))

    assert client.get(ADDRESS).json()["items"] == []
    assert client.post(ADDRESS, _off(at_ten), format="json").status_code == 403


def test_the_account_is_locked_before_the_groomer(groomer: Groomer, at_ten: datetime) -> None:
    """As by whoever makes an account a groomer: in the other order the two would wait for each other."""
    hour = at_ten + timedelta(hours=1)
    with CaptureQueriesContext(connection) as queries:
        add_time_off(starts_at=at_ten, ends_at=hour, note="", by=By(groomer.account_id, timezone.now()))

    locking = [query["sql"] for query in queries.captured_queries if "FOR UPDATE" in query["sql"]]
    assert [
        table for sql in locking for table in ("accounts_account", "salons_groomer") if f"FROM `{table}`" in sql
    ] == [
        "accounts_account",
        "salons_groomer",
    ]


def _outcomes(groomer: Groomer, customer: Account, treatment: Treatment, at_ten: datetime) -> list[object]:
    """Of a groomer who goes and a customer who comes, at one moment."""
    hour = at_ten + timedelta(hours=1)
    now = timezone.now()
    return race(
        [
            lambda: add_time_off(starts_at=at_ten, ends_at=hour, note="", by=By(groomer.account_id, now)),
            lambda: book_slot(wish_for(groomer, treatment, at_ten), by=By(customer.pk, now)),
        ]
    )


def test_a_groomer_who_goes_and_a_customer_who_comes_never_both_get_the_time(
    groomer: Groomer, customer: Account, treatment: Treatment, at_ten: datetime
) -> None:
    for _ in range(8):
        outcomes = _outcomes(groomer, customer, treatment, at_ten)

        assert sum(isinstance(outcome, TimeOffMeetsBookings | SlotNotOffered) for outcome in outcomes) == 1
        assert Booking.objects.count() + TimeOff.objects.count() == 1
        Booking.objects.all().delete()
        TimeOff.objects.all().delete()


def test_without_the_groomers_row_both_get_the_time(
    groomer: Groomer, customer: Account, treatment: Treatment, at_ten: datetime
) -> None:
    """The twin: nobody locks, and both have looked before either writes."""
    both_have_looked = threading.Barrier(2)
    save = Booking.save

    def looked_then_saved(booking: Booking, **options: Any) -> None:
        both_have_looked.wait(20)
        save(booking, **options)

    look = services._refuse_over_bookings

    def looked(*asked: Any, now: datetime) -> None:
        look(*asked, now=now)
        both_have_looked.wait(20)

    with (
        mock.patch.object(QuerySet, "select_for_update", lambda query: query),
        mock.patch.object(Booking, "save", looked_then_saved),
        mock.patch.object(services, "_refuse_over_bookings", looked),
    ):
        _outcomes(groomer, customer, treatment, at_ten)

    assert (Booking.objects.count(), TimeOff.objects.count()) == (1, 1)
