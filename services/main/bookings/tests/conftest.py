"""A salon that is open every day from ten to six."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount
from salons.models import Groomer, OpeningHours, Region, Salon, Treatment, Weekday
from salons.slots import SEOUL


@pytest.fixture
def groomer(make_account: MakeAccount) -> Groomer:
    region, _ = Region.objects.get_or_create(city="서울", district="중구")
    salon = Salon.objects.create(region=region, name=f"살롱 {uuid4().hex[:6]}", address="서울 중구 세종대로 1")
    for weekday in Weekday:
        OpeningHours.objects.create(salon=salon, weekday=weekday, opens_at=time(10), closes_at=time(18))
    return Groomer.objects.create(salon=salon, account=make_account(role=Account.Role.GROOMER), name="김보라")


@pytest.fixture
def treatment(groomer: Groomer) -> Treatment:
    """An hour for a small dog, an hour and a half for others."""
    return Treatment.objects.create(
        salon=groomer.salon,
        name="목욕",
        price_small=30_000,
        price_medium=40_000,
        price_large=50_000,
        minutes_small=60,
        minutes_medium=90,
        minutes_large=90,
    )


@pytest.fixture
def tomorrow() -> date:
    return timezone.now().astimezone(SEOUL).date() + timedelta(days=1)


@pytest.fixture
def at_ten(tomorrow: date) -> datetime:
    return datetime.combine(tomorrow, time(10), tzinfo=SEOUL)


@pytest.fixture
def wish(groomer: Groomer, treatment: Treatment, at_ten: datetime) -> dict[str, Any]:
    return {
        "groomer_id": groomer.pk,
        "treatment_id": treatment.pk,
        "dog_size": "small",
        "starts_at": at_ten.isoformat(),
    }


def free_slots(client: APIClient, groomer: Groomer, treatment: Treatment, day: date, size: str = "small") -> list[str]:
    answer = client.get(
        f"/api/v1/groomers/{groomer.pk}/slots",
        {"treatment": str(treatment.pk), "dog_size": size, "from": day.isoformat(), "days": "1"},
    )
    return [slot["starts_at"][11:16] for slot in answer.json()["items"]]
