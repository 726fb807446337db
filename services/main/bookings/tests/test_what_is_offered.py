"""What salon and groomer offer beyond opening hours: times off, buffers, notice and horizon. List and book agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from math import ceil
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import Booking, TimeOff
from bookings.tests.conftest import free_slots
from salons.models import Groomer, Salon, Treatment
from salons.slots import SEOUL

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]


def _asks(groomer: Groomer, **rules: int) -> None:
    Salon.objects.filter(pk=groomer.salon_id).update(**rules)


def _book(client: APIClient, wish: dict[str, Any], at: datetime) -> tuple[int, str | None]:
    answer = client.post("/api/v1/bookings", {**wish, "starts_at": at.isoformat()}, format="json")
    return answer.status_code, answer.json().get("code")


def test_a_time_off_takes_the_slots_that_touch_it_and_no_others(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, tomorrow: date, at_ten: datetime
) -> None:
    noon = at_ten + timedelta(hours=2)
    TimeOff.objects.create(groomer=groomer, starts_at=noon, ends_at=noon + timedelta(minutes=45))

    slots = free_slots(stranger, groomer, treatment, tomorrow)

    assert slots[:4] == ["10:00", "10:30", "11:00", "13:00"]


def test_time_off_cannot_be_booked(
    client_of: ClientOf, customer: Account, groomer: Groomer, wish: dict[str, Any], at_ten: datetime
) -> None:
    TimeOff.objects.create(groomer=groomer, starts_at=at_ten, ends_at=at_ten + timedelta(minutes=1))

    assert _book(client_of(customer), wish, at_ten) == (422, "slot-not-offered")


def test_a_buffer_stands_on_both_sides_of_a_booking(
    stranger: APIClient,
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    wish: dict[str, Any],
    tomorrow: date,
    at_ten: datetime,
) -> None:
    _asks(groomer, buffer_minutes=15)
    assert _book(client_of(customer), wish, at_ten + timedelta(hours=3)) == (201, None)

    slots = free_slots(stranger, groomer, treatment, tomorrow)

    assert "11:30" in slots
    assert {"12:00", "12:30", "13:00", "13:30", "14:00"} & set(slots) == set()
    assert "14:30" in slots


def test_a_slot_sooner_than_the_notice_is_neither_shown_nor_booked(
    stranger: APIClient,
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    wish: dict[str, Any],
    tomorrow: date,
    at_ten: datetime,
) -> None:
    until_eleven = at_ten + timedelta(hours=1) - timezone.now()
    _asks(groomer, notice_minutes=ceil(until_eleven / timedelta(minutes=1)))

    slots = free_slots(stranger, groomer, treatment, tomorrow)

    assert slots[0] == "11:30"
    assert _book(client_of(customer), wish, at_ten + timedelta(hours=1)) == (422, "slot-not-offered")
    assert _book(client_of(customer), wish, at_ten + timedelta(hours=1, minutes=30)) == (201, None)


@pytest.mark.parametrize("days", [0, 1, 365])
def test_a_salon_is_booked_as_far_ahead_as_its_horizon(
    days: int,
    stranger: APIClient,
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    wish: dict[str, Any],
) -> None:
    _asks(groomer, horizon_days=days)
    last = timezone.now().astimezone(SEOUL).date() + timedelta(days=days)
    after = last + timedelta(days=1)

    assert free_slots(stranger, groomer, treatment, after) == []
    at_ten_after = datetime.combine(after, time(10), tzinfo=SEOUL)
    assert _book(client_of(customer), wish, at_ten_after) == (422, "slot-not-offered")
    if days:
        assert free_slots(stranger, groomer, treatment, last)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    off=st.lists(st.tuples(st.integers(0, 480), st.integers(1, 240)), max_size=3),
    buffer=st.sampled_from([0, 10, 30]),
    notice=st.sampled_from([0, 60, 2_000]),
    start=st.integers(-2, 20),
)
def test_what_is_listed_can_be_booked_and_what_is_not_cannot(
    stranger: APIClient,
    client_of: ClientOf,
    customer: Account,
    groomer: Groomer,
    treatment: Treatment,
    wish: dict[str, Any],
    tomorrow: date,
    at_ten: datetime,
    off: list[tuple[int, int]],
    buffer: int,
    notice: int,
    start: int,
) -> None:
    """Two queries that drift apart took money for slots that nobody could have (cal.diy #29532)."""
    TimeOff.objects.all().delete()
    Booking.objects.all().delete()
    _asks(groomer, buffer_minutes=buffer, notice_minutes=notice)
    for begins, lasts in off:
        starts_at = at_ten + timedelta(minutes=begins)
        TimeOff.objects.create(groomer=groomer, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=lasts))
    at = at_ten + timedelta(minutes=30 * start)

    listed = f"{at.astimezone(SEOUL):%H:%M}" in free_slots(stranger, groomer, treatment, tomorrow)
    status, _ = _book(client_of(customer), wish, at)

    assert (status == 201) == listed
