"""On which day a slot is, and where days and the calendar end, through the endpoints."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.tests.conftest import free_slots
from salons.models import Groomer, OpeningHours, Treatment
from salons.slots import SEOUL

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]


def test_free_slots_are_the_half_hours_that_fit_before_closing(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, tomorrow: date
) -> None:
    small = free_slots(stranger, groomer, treatment, tomorrow)
    large = free_slots(stranger, groomer, treatment, tomorrow, size="large")

    assert (small[0], small[-1], len(small)) == ("10:00", "17:00", 15)
    assert (large[0], large[-1], len(large)) == ("10:00", "16:30", 14)


@pytest.mark.parametrize("days", ["1", "2", "14"])
def test_a_day_far_away_or_long_ago_has_no_slots(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, tomorrow: date, days: str
) -> None:
    ago, ahead = tomorrow - timedelta(days=200), tomorrow + timedelta(days=200)
    for day in (ahead, ago, date(9999, 12, 31), date(9999, 12, 30), date(1, 1, 1)):
        query = {"treatment": str(treatment.pk), "dog_size": "small", "from": day.isoformat(), "days": days}
        answer = stranger.get(f"/api/v1/groomers/{groomer.pk}/slots", query)

        assert (answer.status_code, answer.json()["items"]) == (200, [])


def test_today_is_the_day_in_korea_and_yesterday_has_no_slots(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 00:20 in Korea, and still the day before in London.
    OpeningHours.objects.filter(salon=groomer.salon).update(opens_at=time(22), closes_at=time(2))
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 30, 0, 20, tzinfo=SEOUL).astimezone(UTC))
    query = {"treatment": str(treatment.pk), "dog_size": "small", "days": "1"}

    unsaid = stranger.get(f"/api/v1/groomers/{groomer.pk}/slots", query).json()
    stale = stranger.get(f"/api/v1/groomers/{groomer.pk}/slots", {**query, "from": "2026-11-29"}).json()

    assert (unsaid["today"], stale["today"]) == ("2026-11-30", "2026-11-30")
    assert [slot["starts_at"][8:16] for slot in unsaid["items"]] == [
        *("30T00:30", "30T01:00", "30T22:00", "30T22:30", "30T23:00", "30T23:30")
    ]
    assert stale["items"] == []


def test_a_slot_after_midnight_can_be_booked_and_may_end_on_the_next_day(
    client_of: ClientOf, customer: Account, groomer: Groomer, wish: dict[str, Any], at_ten: datetime
) -> None:
    OpeningHours.objects.filter(salon=groomer.salon).update(opens_at=time(18), closes_at=time(2))
    midnight = at_ten.replace(hour=0) + timedelta(days=1)
    client = client_of(customer)

    over = client.post("/api/v1/bookings", {**wish, "starts_at": (midnight - timedelta(minutes=30)).isoformat()})
    late = client.post("/api/v1/bookings", {**wish, "starts_at": (midnight + timedelta(hours=1)).isoformat()})
    too_late = client.post("/api/v1/bookings", {**wish, "starts_at": (midnight + timedelta(hours=1.5)).isoformat()})

    assert (over.status_code, late.status_code, too_late.status_code) == (201, 201, 422)
    assert over.json()["ends_at"] == (midnight + timedelta(minutes=30)).isoformat()


@pytest.mark.parametrize(
    ("starts_at", "code"),
    [
        ("9999-12-31T23:59:59.999999+09:00", "slot-not-offered"),
        ("9999-12-31T20:00:00Z", "invalid-input"),
        ("9999-12-31T23:59:59-23:59", "invalid-input"),
        ("0001-01-01T00:00:00Z", "slot-in-past"),
        ("0001-01-01T00:00:00+23:59", "invalid-input"),
    ],
)
def test_the_calendar_s_ends_are_refused_like_any_other_time(
    client_of: ClientOf, customer: Account, wish: dict[str, Any], starts_at: str, code: str
) -> None:
    answer = client_of(customer).post("/api/v1/bookings", {**wish, "starts_at": starts_at})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
