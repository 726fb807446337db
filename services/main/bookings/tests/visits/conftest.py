"""A second groomer, a second treatment, and a dog."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from conftest import MakeAccount
from dogs.models import Dog
from dogs.services import add_dog
from salons.models import Groomer, Treatment

BORI: dict[str, Any] = {
    "name": "보리",
    "breed": "mixed",
    "born_in": date(2021, 3, 1),
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_000,
    "coat": "curly",
}


@pytest.fixture
def other_groomer(groomer: Groomer, make_account: MakeAccount) -> Groomer:
    return Groomer.objects.create(salon=groomer.salon, account=make_account(role=Account.Role.GROOMER), name="이하늘")


@pytest.fixture
def clipping(groomer: Groomer) -> Treatment:
    """Two hours for a large dog, half an hour for others."""
    return Treatment.objects.create(
        salon=groomer.salon,
        name="클리핑",
        price_small=50_000,
        price_medium=60_000,
        price_large=90_000,
        minutes_small=30,
        minutes_medium=30,
        minutes_large=120,
    )


@pytest.fixture
def bori(customer: Account) -> Dog:
    """Small."""
    return add_dog(BORI, by=By(customer.pk, timezone.now())).dog
