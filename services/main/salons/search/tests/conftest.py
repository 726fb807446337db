"""A few hundred salons all over Korea, as the seed draws them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from salons.seeding.writing import seed_salons

SALONS = 300


@pytest.fixture
def korea(db: None) -> None:
    seed_salons(SALONS, now=timezone.now())
