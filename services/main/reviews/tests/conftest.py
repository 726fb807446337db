"""Visits that took place at a salon, and who may write of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import Account
from bookings.lifecycle.states import State
from bookings.models import Booking
from bookings.tests.conftest import groomer, treatment  # noqa: F401  # fixtures
from conftest import MakeAccount
from salons.models import Groomer, Treatment

Visit = Callable[..., Booking]


@pytest.fixture
def visit(make_account: MakeAccount, groomer: Groomer, treatment: Treatment) -> Visit:  # noqa: F811
    """One more, each an hour and more before the last; of somebody else where nobody is named."""
    numbers = count(1)

    def one_more(
        customer: Account | None = None, *, ending: str = State.COMPLETED, ago: timedelta = timedelta(0)
    ) -> Booking:
        starts_at = timezone.now().replace(microsecond=0) - ago - timedelta(hours=2 * next(numbers))
        return Booking.objects.create(
            customer=customer or make_account(),
            groomer=groomer,
            treatment=treatment,
            dog_size="small",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=1),
            price=30_000,
            status=Booking.Status.CANCELLED if ending.startswith("cancelled") else Booking.Status.CONFIRMED,
            ending="" if ending == State.CONFIRMED else ending,
            booked_at=starts_at - timedelta(days=1),
        )

    return one_more
