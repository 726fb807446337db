"""A salon of one groomer whose whole next day is booked but for what a test frees, and people who wait."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone

from api.callers.acting import By
from bookings.models import Booking, WaitlistEntry
from bookings.services import book_slot
from bookings.tests.races import wish_for
from bookings.visits.asked import AskedTreatment
from bookings.waitlist.services import Wait, join_waitlist
from conftest import MakeAccount
from salons.models import DogSize, Groomer, Treatment

Waits = Callable[..., WaitlistEntry]


@pytest.fixture
def booked(make_account: MakeAccount, groomer: Groomer, treatment: Treatment, at_ten: datetime) -> Booking:
    """Somebody's, at ten."""
    return book_slot(wish_for(groomer, treatment, at_ten), by=By(make_account().pk, timezone.now())).booking


@pytest.fixture
def waits(make_account: MakeAccount, groomer: Groomer, treatment: Treatment, tomorrow: date) -> Waits:
    """One more customer, who waits for a bath of a small dog tomorrow."""

    def one_more(**other: Any) -> WaitlistEntry:
        by = By(other.pop("customer_id", None) or make_account().pk, timezone.now())
        asked = AskedTreatment(treatment_id=treatment.pk, dog_size=other.pop("size", DogSize.SMALL))
        wait = Wait(
            **{
                "treatments": [asked],
                "first_day": tomorrow,
                "last_day": tomorrow,
                "salon_id": groomer.salon_id,
                **other,
            }
        )
        return join_waitlist(wait, by=by).entry

    return one_more
