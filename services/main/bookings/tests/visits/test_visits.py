"""Several dogs and treatments in one visit: what it takes, costs and is told, through the endpoints."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import BookedTreatment, Booking
from bookings.tests.conftest import free_slots
from conftest import MakeAccount
from dogs.models import Dog
from outbox.models import OutboxRow
from salons.models import Groomer, Treatment

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]


@pytest.fixture
def visit(groomer: Groomer, treatment: Treatment, clipping: Treatment, bori: Dog, at_ten: datetime) -> dict[str, Any]:
    """Bori is bathed and clipped, and a large dog is clipped: 1 h, 0:30 and 2 h, for 30,000, 50,000 and 90,000 won."""
    return {
        "groomer_id": groomer.pk,
        "starts_at": at_ten.isoformat(),
        "treatments": [
            {"treatment_id": treatment.pk, "dog_id": str(bori.pk)},
            {"treatment_id": clipping.pk, "dog_id": str(bori.pk)},
            {"treatment_id": clipping.pk, "dog_size": "large"},
        ],
    }


def _post(client: APIClient, body: dict[str, Any]) -> Any:
    return client.post("/api/v1/bookings", body, format="json")


def test_durations_and_prices_of_all_dogs_and_treatments_add_up(
    client_of: ClientOf, customer: Account, visit: dict[str, Any], bori: Dog, at_ten: datetime
) -> None:
    booked = _post(client_of(customer), visit)

    assert booked.status_code == 201
    shown = booked.json()
    assert shown["price"] == 170_000
    assert datetime.fromisoformat(shown["ends_at"]) == at_ten + timedelta(hours=3, minutes=30)
    assert [
        (one["treatment"]["name"], one["dog"] and one["dog"]["name"], one["dog_size"], one["minutes"], one["price"])
        for one in shown["treatments"]
    ] == [
        ("목욕", "보리", "small", 60, 30_000),
        ("클리핑", "보리", "small", 30, 50_000),
        ("클리핑", None, "large", 120, 90_000),
    ]
    assert (shown["treatment"], shown["dog_size"]) == (shown["treatments"][0]["treatment"], "small")
    assert client_of(customer).get(f"/api/v1/bookings/{shown['id']}").json() == shown


def test_a_visit_takes_the_time_of_all_its_treatments(
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    visit: dict[str, Any],
    tomorrow: date,
) -> None:
    _post(client_of(customer), visit)

    assert free_slots(client_of(customer), groomer, treatment, tomorrow)[0] == "13:30"


def test_who_is_told_of_a_visit_hears_all_its_treatments(
    client_of: ClientOf, customer: Account, visit: dict[str, Any]
) -> None:
    _post(client_of(customer), visit)

    [event] = [json.loads(bytes(row.value)) for row in OutboxRow.objects.filter(topic="bookings")]
    assert event["treatment_name"] == "목욕, 클리핑 ×2"


def test_an_older_client_s_body_is_a_visit_of_one_treatment(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], treatment: Treatment
) -> None:
    shown = _post(client_of(customer), wish).json()

    assert shown["treatments"] == [
        {
            "treatment": {"id": treatment.pk, "name": "목욕"},
            "dog": None,
            "dog_size": "small",
            "minutes": 60,
            "base": 30_000,
            "lines": [],
            "price": 30_000,
        }
    ]


def test_a_booking_of_an_older_release_is_read_as_what_it_says(
    client_of: ClientOf, customer: Account, wish: dict[str, Any]
) -> None:
    """It has no rows of treatments, and the same wish finds it all the same."""
    client = client_of(customer)
    shown = _post(client, wish).json()
    BookedTreatment.objects.all().delete()

    assert client.get(f"/api/v1/bookings/{shown['id']}").json() == shown
    again = _post(client, wish)
    assert (again.status_code, again.json()) == (200, shown)


def test_the_same_visit_again_is_the_same_booking_whatever_its_order(
    client_of: ClientOf, customer: Account, visit: dict[str, Any]
) -> None:
    client = client_of(customer)

    first = _post(client, visit)
    again = _post(client, {**visit, "treatments": visit["treatments"][::-1]})
    fewer = _post(client, {**visit, "treatments": visit["treatments"][:2]})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert (fewer.status_code, fewer.json()["code"]) == (409, "you-are-booked-then")


def test_somebody_else_s_dog_cannot_be_booked(
    client_of: ClientOf, make_account: MakeAccount, visit: dict[str, Any]
) -> None:
    answer = _post(client_of(make_account()), visit)

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "treatments.0.dog_id")
    assert Booking.objects.count() == BookedTreatment.objects.count() == OutboxRow.objects.count() == 0


_DOG = {"dog_size": "small"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"treatments": []}, "treatments"),
        ({"treatments": [{"treatment_id": 1, **_DOG}] * 11}, "treatments"),
        ({"treatments": [{"treatment_id": 1}]}, "treatments.0.dog_id"),
        ({"treatments": [{"treatment_id": 1, "dog_id": str(uuid4()), **_DOG}]}, "treatments.0.dog_size"),
        ({"treatments": [{"treatment_id": 999_999_999, **_DOG}]}, "treatments.0.treatment_id"),
        ({"treatments": [{"treatment_id": 1, **_DOG, "price": 1}]}, "treatments.0.price"),
        ({"treatments": "7"}, "treatments"),
        ({"treatments": [7]}, "treatments.0"),
        ({"treatment_id": 1, "dog_size": "small"}, "treatments"),
        ({"salon_id": 1}, "salon_id"),
        ({"groomer_id": None}, "groomer_id"),
        ({"minutes": 5}, "minutes"),
    ],
)
def test_what_does_not_fit_is_named_and_leaves_nothing(
    client_of: ClientOf, customer: Account, visit: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    answer = _post(client_of(customer), {**visit, **change})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert Booking.objects.count() == OutboxRow.objects.count() == 0


@pytest.mark.parametrize("missing", ["groomer_id", "treatments", "starts_at"])
def test_what_is_missing_is_named(client_of: ClientOf, customer: Account, visit: dict[str, Any], missing: str) -> None:
    answer = _post(client_of(customer), {name: value for name, value in visit.items() if name != missing})

    named = {"treatments": "treatment_id"}.get(missing, missing)
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(named, "required")]


def test_one_dog_has_one_treatment_once(
    client_of: ClientOf, customer: Account, visit: dict[str, Any], treatment: Treatment
) -> None:
    twice = _post(client_of(customer), {**visit, "treatments": [visit["treatments"][0]] * 2})
    two_dogs = _post(client_of(customer), {**visit, "treatments": [{"treatment_id": treatment.pk, **_DOG}] * 2})

    assert (twice.status_code, twice.json()["errors"][0]["field"]) == (422, "treatments.1")
    assert (two_dogs.status_code, two_dogs.json()["price"]) == (201, 60_000)


@pytest.mark.parametrize("by_an_older_release", [False, True])
def test_a_dog_that_is_removed_leaves_the_visit_as_it_was_without_its_name(
    client_of: ClientOf, customer: Account, visit: dict[str, Any], bori: Dog, by_an_older_release: bool
) -> None:
    """An older release knows nothing of visits, so it is the database that lets the dog go."""
    client = client_of(customer)
    before = _post(client, visit).json()

    if by_an_older_release:
        with connection.cursor() as cursor:
            assert cursor.execute("DELETE FROM dogs_dog") == 1
    else:
        assert client.delete(f"/api/v1/dogs/{bori.pk}").status_code == 204

    after = client.get(f"/api/v1/bookings/{before['id']}").json()
    assert [one.pop("dog") for one in after["treatments"]] == [None, None, None]
    for one in before["treatments"]:
        del one["dog"]
    assert after == before


def test_a_dog_that_grew_is_booked_by_its_size_of_today_and_what_was_booked_stays(
    client_of: ClientOf, customer: Account, visit: dict[str, Any], bori: Dog, at_ten: datetime
) -> None:
    client = client_of(customer)
    one = {**visit, "treatments": visit["treatments"][:1]}
    first = _post(client, one).json()

    client.patch(f"/api/v1/dogs/{bori.pk}", {"weight_grams": 20_000}, format="json")
    later = _post(client, {**one, "starts_at": (at_ten + timedelta(days=1)).isoformat()}).json()

    assert (later["treatments"][0]["dog_size"], later["price"]) == ("large", 50_000)
    assert client.get(f"/api/v1/bookings/{first['id']}").json()["price"] == 30_000


def test_a_list_of_visits_takes_as_many_queries_as_one_visit(
    client_of: ClientOf, customer: Account, visit: dict[str, Any], at_ten: datetime
) -> None:
    client = client_of(customer)

    def asked_after(days: range) -> int:
        for day in days:
            body = {**visit, "starts_at": (at_ten + timedelta(days=day)).isoformat()}
            assert _post(client, body).status_code == 201
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get("/api/v1/bookings").json()["items"]) == days.stop
        return len(asked)

    assert asked_after(range(1)) == asked_after(range(1, 5))
