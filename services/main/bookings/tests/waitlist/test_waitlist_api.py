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
from bookings.models import Booking, WaitlistEntry
from bookings.visits.asked import AskedTreatment
from bookings.waitlist.errors import TooManyWaits
from bookings.waitlist.services import MAX_NEW_A_DAY, MAX_WAITING, Wait, join_waitlist
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
    ("days", "field"), [((-4, -3), "last_day"), ((3, 2), "last_day"), ((1, 40), "last_day"), ((500, 500), "last_day")]
)
def test_days_that_nobody_can_wait_for_are_named(
    customer: Account,
    client_of: Callable[[Account], APIClient],
    wish: dict[str, Any],
    tomorrow: date,
    days: tuple[int, int],
    field: str,
) -> None:
    first, last = (tomorrow + timedelta(days=number) for number in days)
    body = {"groomer_id": wish["groomer_id"], "treatment_id": wish["treatment_id"], "dog_size": "small"}

    answer = client_of(customer).post(
        "/api/v1/waitlist", {**body, "first_day": first.isoformat(), "last_day": last.isoformat()}
    )

    assert (answer.status_code, [one["field"] for one in answer.json()["errors"]]) == (422, [field])


def test_one_person_waits_for_so_many(
    customer: Account, groomer: Groomer, treatment: Treatment, tomorrow: date
) -> None:
    salon = Salon.objects.get(pk=groomer.salon_id)
    WaitlistEntry.objects.bulk_create(
        WaitlistEntry(
            customer=customer, salon=salon, asked=[], first_day=tomorrow, last_day=tomorrow, joined_at=timezone.now()
        )
        for _ in range(MAX_WAITING)
    )

    asked = AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL)
    wait = Wait(treatments=[asked], first_day=tomorrow, last_day=tomorrow, salon_id=salon.pk)
    with pytest.raises(TooManyWaits):
        join_waitlist(wait, by=By(customer.pk, timezone.now()))
