"""A customer's booking, and feeds of both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import vobject  # type: ignore[import-untyped]
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.models import Booking
from bookings.services import book_slot
from bookings.tests.conftest import at_ten, groomer, tomorrow, treatment  # noqa: F401  # fixtures
from bookings.tests.races import wish_for
from calendars.services import make_feed
from salons.models import Groomer, Treatment

SecretOf = Callable[[Account], str]


@pytest.fixture
def in_two_days(at_ten: datetime) -> datetime:  # noqa: F811
    return at_ten + timedelta(days=1)


@pytest.fixture
def booking(customer: Account, groomer: Groomer, treatment: Treatment, in_two_days: datetime) -> Booking:  # noqa: F811
    return book_slot(wish_for(groomer, treatment, in_two_days), by=By(customer.pk, timezone.now())).booking


@pytest.fixture
def secret_of() -> SecretOf:
    return lambda account: make_feed(by=By(account.pk, timezone.now())).secret


def get(secret: str, **headers: str) -> Any:
    """As a program without a session does."""
    return APIClient().get("/api/v1/calendar.ics", {"secret": secret}, headers=headers)


def events_of(answer: Any) -> list[Any]:
    assert answer.status_code == 200, answer.content
    [calendar] = list(vobject.readComponents(answer.content.decode()))
    return list(calendar.contents.get("vevent", []))
