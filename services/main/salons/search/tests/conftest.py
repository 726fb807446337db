"""A few hundred salons all over Korea, as the seed draws them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from salons.seeding.writing import seed_salons

SALONS = 300


@pytest.fixture(scope="module")
def korea(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Once for all tests of a module, in a transaction around theirs: what a test changes goes with its savepoint."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_salons(SALONS, now=timezone.now())
        yield
        transaction.set_rollback(True)
