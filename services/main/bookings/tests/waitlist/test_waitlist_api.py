"""Waiting, at the API: joined once, shown with what is held, and within limits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.services import cancel_booking
from bookings.models import Booking, Hold, WaitlistEntry
from bookings.visits.asked import AskedTreatment
from bookings.waitlist.errors import TooManyWaits
from bookings.waitlist.services import MAX_NEW_A_DAY, MAX_WAITING, MAX_WAITING_HERE, Wait, join_waitlist
from bookings.waitlist.states import WaitState
from salons.models import DogSize, Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db


def test_at_the_api(
    booked: Booking, customer: Account, client_of: Callable[[Account], APIClient], wish: dict[str, Any], tomorrow: date
) -> None:
    client = client_of(customer)
    body = {"groomer_id": wish["groomer_id"], "treatment_id": wish["treatment_id"], "dog_size": "small"}
    body |= {"first_day": tomorrow.isoformat()}

    joined = client.post("/api/v1/waitlist", body)
    again = client.post("/api/v1/waitlist", body)
    assert (joined.status_code, again.status_code) == (201, 200)
    assert joined.json()["id"] == again.json()["id"]
    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    [entry] = client.get("/api/v1/waitlist").json()["items"]
    [offer] = entry["offers"]
    assert (entry["state"], offer["starts_at"]) == ("offered", wish["starts_at"])
    assert client.post(f"/api/v1/holds/{offer['id']}/booking", {}).status_code == 201
    assert client.get(f"/api/v1/waitlist/{entry['id']}").json()["state"] == "booked"
    assert client.delete(f"/api/v1/waitlist/{entry['id']}").json()["code"] == "wait-has-ended"


def test_one_person_joins_so_many_times_a_day_also_who_leaves_each_time(
    customer: Account,
    client_of: Callable[[Account], APIClient],
    groomer: Groomer,
    wish: dict[str, Any],
    tomorrow: date,
) -> None:
    now, day = timezone.now(), tomorrow.isoformat()
    WaitlistEntry.objects.bulk_create(
        WaitlistEntry(
            customer=customer,
            salon=groomer.salon,
            asked=[],
            first_day=tomorrow,
            last_day=tomorrow,
            joined_at=now,
            state=WaitState.LEFT,
        )
        for _ in range(MAX_NEW_A_DAY)
    )
    body = {"groomer_id": groomer.pk, "treatment_id": wish["treatment_id"], "dog_size": "small", "first_day": day}

    answer = client_of(customer).post("/api/v1/waitlist", body)

    assert (answer.status_code, answer.json()["code"]) == (429, "too-many-new-waits")
    assert 0 < answer.json()["retry_after_seconds"] <= 86_401


@pytest.mark.parametrize(
    ("days", "code"),
    [((-4, -3), "in-past"), ((3, 2), "in-past"), ((1, 32), "too-many"), ((500, 500), "too-far-ahead")],
)
def test_days_that_nobody_can_wait_for_are_named(
    customer: Account,
    client_of: Callable[[Account], APIClient],
    wish: dict[str, Any],
    tomorrow: date,
    days: tuple[int, int],
    code: str,
) -> None:
    first, last = (tomorrow + timedelta(days=number) for number in days)
    body = {"groomer_id": wish["groomer_id"], "treatment_id": wish["treatment_id"], "dog_size": "small"}

    answer = client_of(customer).post(
        "/api/v1/waitlist", {**body, "first_day": first.isoformat(), "last_day": last.isoformat()}
    )

    refused = [(one["field"], one["code"]) for one in answer.json()["errors"]]
    assert (answer.status_code, refused) == (422, [("last_day", code)])


def test_one_person_waits_for_two_things_at_one_salon(
    customer: Account, client_of: Callable[[Account], APIClient], wish: dict[str, Any], tomorrow: date
) -> None:
    client = client_of(customer)
    body = {"groomer_id": wish["groomer_id"], "treatment_id": wish["treatment_id"], "dog_size": "small"}

    answers = [
        client.post("/api/v1/waitlist", {**body, "first_day": (tomorrow + timedelta(days=number)).isoformat()})
        for number in range(MAX_WAITING_HERE + 1)
    ]

    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert (answers[-1].json()["code"], answers[-1].json()["max_waiting_here"]) == ("too-many-waits", 2)


def test_an_offer_whose_time_is_over_is_not_shown_as_held(
    booked: Booking, customer: Account, client_of: Callable[[Account], APIClient], wish: dict[str, Any], tomorrow: date
) -> None:
    """Before anybody has noted its end."""
    client = client_of(customer)
    body = {"groomer_id": wish["groomer_id"], "treatment_id": wish["treatment_id"], "dog_size": "small"}
    joined = client.post("/api/v1/waitlist", {**body, "first_day": tomorrow.isoformat()}).json()
    cancel_booking(booked.pk, by=By(booked.customer_id, timezone.now()))

    Hold.objects.filter(offer_of_id=joined["id"]).update(held_until=timezone.now() - timedelta(seconds=1))

    assert client.get(f"/api/v1/waitlist/{joined['id']}").json()["offers"] == []
    assert client.get("/api/v1/waitlist").json()["items"][0]["offers"] == []


def test_one_person_waits_for_so_many(
    customer: Account, groomer: Groomer, treatment: Treatment, tomorrow: date
) -> None:
    salon = Salon.objects.get(pk=groomer.salon_id)
    others = [Salon.objects.create(region=salon.region, name=f"살롱 {number}", address="서울") for number in range(10)]
    WaitlistEntry.objects.bulk_create(
        WaitlistEntry(
            customer=customer, salon=other, asked=[], first_day=tomorrow, last_day=tomorrow, joined_at=timezone.now()
        )
        for other in others[:MAX_WAITING]
    )

    asked = AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL)
    wait = Wait(treatments=[asked], first_day=tomorrow, last_day=tomorrow, salon_id=salon.pk)
    with pytest.raises(TooManyWaits):
        join_waitlist(wait, by=By(customer.pk, timezone.now()))
