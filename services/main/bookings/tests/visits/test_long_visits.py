"""Visits that last longer than a day, where the salon never closes: what is listed can be booked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from salons.models import Groomer, OpeningHours, Treatment

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]


def test_a_visit_of_thirty_hours_is_booked_where_it_is_listed(
    client_of: ClientOf, customer: Account, groomer: Groomer, treatment: Treatment, tomorrow: date
) -> None:
    OpeningHours.objects.filter(salon=groomer.salon).update(opens_at=time(0), closes_at=time(0))
    Treatment.objects.filter(pk=treatment.pk).update(minutes_large=450)
    asked: list[dict[str, Any]] = [{"treatment_id": treatment.pk, "dog_size": "large"}] * 4
    visit = ",".join([f"{treatment.pk}:large"] * 4)
    client = client_of(customer)

    query = {"visit": visit, "from": tomorrow.isoformat(), "days": "3"}
    listed = client.get(f"/api/v1/salons/{groomer.salon_id}/slots", query).json()["items"]
    body = {"groomer_id": groomer.pk, "starts_at": listed[0]["starts_at"], "treatments": asked}
    booked = client.post("/api/v1/bookings", body, format="json")

    assert booked.status_code == 201
    assert booked.json()["ends_at"] == listed[0]["ends_at"]
    later = client.get(f"/api/v1/salons/{groomer.salon_id}/slots", {**query, "days": "1"}).json()["items"]
    assert later == []
