"""Booking a slot and giving it back, through the endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import Booking
from bookings.tests.conftest import free_slots
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import Groomer, Salon, Treatment
from salons.slots import SEOUL

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]


CLICK = "4bf92f3577b34da6a3ce929d0e0e4736"


def _events() -> list[dict[str, Any]]:
    return [json.loads(bytes(row.value)) for row in OutboxRow.objects.order_by("id")]


def test_a_booked_slot_is_mine_and_told_to_others(
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    wish: dict[str, Any],
    at_ten: datetime,
) -> None:
    answer = client_of(customer).post("/api/v1/bookings", wish, headers={"X-Request-ID": CLICK})

    assert answer.status_code == 201
    booking = answer.json()
    assert booking["status"] == "confirmed"
    assert booking["groomer"] == {"id": groomer.pk, "name": "김보라"}
    assert booking["salon"] == {"id": groomer.salon_id, "name": groomer.salon.name}
    assert booking["treatment"] == {"id": treatment.pk, "name": "목욕"}
    assert booking["price"] == 30_000
    assert datetime.fromisoformat(booking["ends_at"]) - datetime.fromisoformat(booking["starts_at"]) == timedelta(
        hours=1
    )
    [event] = _events()
    assert (event["type"], event["booking_id"], event["trace_id"]) == (
        "booking.confirmed.v1",
        booking["id"],
        CLICK,
    )
    assert client_of(customer).get(f"/api/v1/bookings/{booking['id']}").json() == booking


def test_a_booking_takes_every_slot_that_would_overlap(
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    tomorrow: date,
    wish: dict[str, Any],
    at_ten: datetime,
) -> None:
    at_noon = (at_ten + timedelta(hours=2)).isoformat()
    client_of(customer).post("/api/v1/bookings", {**wish, "starts_at": at_noon, "dog_size": "large"})

    small = free_slots(client_of(customer), groomer, treatment, tomorrow)

    assert {"11:00", "13:30"} <= set(small)
    assert not {"11:30", "12:00", "12:30", "13:00"} & set(small)


def test_the_second_customer_hears_that_the_slot_is_taken(
    client_of: ClientOf, customer: Account, make_account: MakeAccount, wish: dict[str, Any], at_ten: datetime
) -> None:
    client_of(customer).post("/api/v1/bookings", wish)
    overlapping = {**wish, "starts_at": (at_ten + timedelta(minutes=30)).isoformat()}

    for second in (wish, overlapping):
        answer = client_of(make_account()).post("/api/v1/bookings", second)

        assert (answer.status_code, answer.json()["code"]) == (409, "slot-taken")
    assert Booking.objects.count() == len(_events()) == 1


def test_one_who_cancels_gives_the_slot_to_the_next(
    client_of: ClientOf, customer: Account, make_account: MakeAccount, wish: dict[str, Any]
) -> None:
    booking = client_of(customer).post("/api/v1/bookings", wish).json()

    cancelled = client_of(customer).post(f"/api/v1/bookings/{booking['id']}/cancel")
    again = client_of(customer).post(f"/api/v1/bookings/{booking['id']}/cancel")
    next_one = client_of(make_account()).post("/api/v1/bookings", wish)

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (again.status_code, again.json()["status"]) == (200, "cancelled")
    assert next_one.status_code == 201
    assert [event["type"] for event in _events()] == [
        "booking.confirmed.v1",
        "booking.cancelled.v1",
        "booking.confirmed.v1",
    ]


def test_the_groomer_sees_and_may_cancel_it_too(
    client_of: ClientOf, customer: Account, groomer: Groomer, wish: dict[str, Any]
) -> None:
    booking = client_of(customer).post("/api/v1/bookings", wish).json()
    of_groomer = client_of(groomer.account)

    listed = of_groomer.get("/api/v1/bookings").json()["items"]
    cancelled = of_groomer.post(f"/api/v1/bookings/{booking['id']}/cancel", {})

    assert [item["id"] for item in listed] == [booking["id"]]
    assert cancelled.status_code == 200
    assert _events()[-1]["cancelled_by"] == groomer.account_id


def test_a_booking_that_began_cannot_be_cancelled(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], at_ten: datetime
) -> None:
    booking = client_of(customer).post("/api/v1/bookings", wish).json()
    Booking.objects.update(starts_at=at_ten - timedelta(days=3))

    answer = client_of(customer).post(f"/api/v1/bookings/{booking['id']}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "booking-has-begun")
    assert len(_events()) == 1


@pytest.mark.parametrize("act", ["get", "cancel"])
def test_somebody_elses_booking_does_not_exist_for_me(
    client_of: ClientOf, customer: Account, make_account: MakeAccount, wish: dict[str, Any], act: str
) -> None:
    booking = client_of(customer).post("/api/v1/bookings", wish).json()
    other = client_of(make_account())
    path = f"/api/v1/bookings/{booking['id']}"

    answer = other.get(path) if act == "get" else other.post(f"{path}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert other.get("/api/v1/bookings").json()["items"] == []
    assert Booking.objects.get().status == "confirmed"


@pytest.mark.parametrize(
    ("shift", "code"),
    [
        (timedelta(days=-7), "slot-in-past"),
        (timedelta(minutes=15), "slot-not-offered"),
        (timedelta(minutes=30, seconds=1), "slot-not-offered"),
        (timedelta(hours=-1), "slot-not-offered"),
        (timedelta(hours=8), "slot-not-offered"),
        (timedelta(days=61), "slot-not-offered"),
    ],
)
def test_a_time_that_is_not_offered_is_refused(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], at_ten: datetime, shift: timedelta, code: str
) -> None:
    answer = client_of(customer).post("/api/v1/bookings", {**wish, "starts_at": (at_ten + shift).isoformat()})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert Booking.objects.count() == OutboxRow.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"groomer_id": 999_999_999}, "groomer_id"),
        ({"groomer_id": 2**70}, "groomer_id"),
        ({"groomer_id": "7"}, "groomer_id"),
        ({"groomer_id": True}, "groomer_id"),
        ({"treatment_id": 999_999_999}, "treatment_id"),
        ({"dog_size": "giant"}, "dog_size"),
        ({"dog_size": None}, "dog_size"),
        ({"starts_at": "tomorrow"}, "starts_at"),
        ({"starts_at": "2026-05-01T10:00:00"}, "starts_at"),
        ({"starts_at": 1760000000}, "starts_at"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, "starts_at"),
        ({"starts_at": "9999-12-31T23:59:59-14:00"}, "starts_at"),
        ({"price": 1}, "price"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = client_of(customer).post("/api/v1/bookings", {**wish, **change})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert Booking.objects.count() == OutboxRow.objects.count() == 0


def test_a_treatment_of_another_salon_is_refused(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], treatment: Treatment
) -> None:
    elsewhere = Salon.objects.create(region=treatment.salon.region, name="다른 살롱", address="서울")
    treatment.pk, treatment.salon = None, elsewhere
    treatment.save()

    answer = client_of(customer).post("/api/v1/bookings", {**wish, "treatment_id": treatment.pk})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "treatment_id")


def test_only_customers_book(client_of: ClientOf, groomer: Groomer, wish: dict[str, Any], stranger: APIClient) -> None:
    of_groomer = client_of(groomer.account).post("/api/v1/bookings", wish)
    of_stranger = stranger.post("/api/v1/bookings", wish)

    assert (of_groomer.status_code, of_groomer.json()["code"]) == (403, "forbidden")
    assert (of_stranger.status_code, of_stranger.json()["code"]) == (401, "not-signed-in")


def test_my_bookings_come_page_by_page_the_latest_first(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], at_ten: datetime
) -> None:
    client = client_of(customer)
    for day in range(5):
        client.post("/api/v1/bookings", {**wish, "starts_at": (at_ten + timedelta(days=day)).isoformat()})

    first = client.get("/api/v1/bookings", {"limit": 3}).json()
    second = client.get("/api/v1/bookings", {"limit": 3, "cursor": first["next"]}).json()

    days = [datetime.fromisoformat(item["starts_at"]).astimezone(SEOUL) for item in first["items"] + second["items"]]
    assert days == sorted(days, reverse=True)
    assert (len(days), second["next"]) == (5, None)
