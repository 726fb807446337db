"""Salons elsewhere, where clocks change: what is listed is what can be booked, and begins by the salon's own clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.errors import SlotNotOffered
from bookings.models import Booking
from bookings.services import Booked, Wish, book_slot
from bookings.visits.asked import AskedTreatment
from bookings.visits.queries import OpenTimes, open_times
from salons.models import DogSize, Groomer, OpeningHours, Salon, Treatment
from salons.slots import Hours, slots_between

pytestmark = pytest.mark.django_db(transaction=True)
# Hours of change: at night, at midnight, by half an hour, in the south, and never.
ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "America/Santiago",
    "Africa/Cairo",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "Asia/Kathmandu",
    "Asia/Seoul",
]
NOON = time(12)


def _changes(zone: ZoneInfo, year: int = 2027) -> list[date]:
    """Days of that year whose clocks are changed; one day of May where there is none."""
    days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
    offsets = [datetime.combine(day, NOON, tzinfo=zone).utcoffset() for day in days]
    changed = [day for day, (before, after) in zip(days[1:], pairwise(offsets), strict=True) if before != after]
    return changed or [date(year, 5, 1)]


DAYS = [(name, day) for name in ZONES for day in _changes(ZoneInfo(name))]


def _open_then(salon: Salon, opens_at: time, closes_at: time, zone: str) -> None:
    Salon.objects.filter(pk=salon.pk).update(time_zone=zone)
    OpeningHours.objects.filter(salon=salon).update(opens_at=opens_at, closes_at=closes_at)


def _asked(treatment: Treatment) -> AskedTreatment:
    return AskedTreatment(treatment_id=treatment.pk, dog_size=DogSize.SMALL)


def _listed(treatment: Treatment, day: date, now: datetime, days: int = 1) -> OpenTimes:
    asked = [_asked(treatment)]
    return open_times(asked, salon_id=treatment.salon_id, groomer_id=None, first_day=day, days=days, now=now)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    zone_and_day=st.sampled_from(DAYS),
    beside=st.integers(-1, 1),
    opens_at=st.integers(0, 23),
    lasts=st.integers(2, 24),
    minute=st.integers(0, 24 * 4 - 1),
)
def test_around_a_change_of_clocks_what_is_listed_can_be_booked_and_nothing_else(
    groomer: Groomer,
    treatment: Treatment,
    customer: Account,
    zone_and_day: tuple[str, date],
    beside: int,
    opens_at: int,
    lasts: int,
    minute: int,
) -> None:
    """Slots that nobody can have, and none on an open day: cal.com #6217, #10517, #4753, #12137, #6622."""
    name, changed = zone_and_day
    zone, day = ZoneInfo(name), changed + timedelta(days=beside)
    Booking.objects.all().delete()
    _open_then(groomer.salon, time(opens_at), time((opens_at + lasts) % 24), name)
    now = datetime.combine(day, NOON, tzinfo=UTC) - timedelta(days=3)
    at = datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC) + timedelta(minutes=15 * minute)

    listed = [slot.starts_at for slot in _listed(treatment, day, now).items]
    booked = _tried(customer, groomer, treatment, at, now)

    assert all(start.astimezone(zone).date() == day for start in listed)
    if at.astimezone(zone).date() == day:
        assert booked == (at in listed)


def _tried(customer: Account, groomer: Groomer, treatment: Treatment, at: datetime, now: datetime) -> bool:
    wish = Wish(groomer_id=groomer.pk, treatments=[_asked(treatment)], starts_at=at)
    try:
        return isinstance(book_slot(wish, by=By(customer.pk, now)), Booked)
    except SlotNotOffered:
        return False


@pytest.mark.parametrize(("zone", "day"), DAYS)
def test_a_day_in_whose_night_the_clocks_change_opens_and_closes_by_them(zone: str, day: date) -> None:
    """The wrong hour after the change: cal.com #8833, #6978, #7307, #9964."""
    here = ZoneInfo(zone)
    hours = {weekday: Hours(time(10), time(18)) for weekday in range(7)}

    for each in (day - timedelta(days=1), day, day + timedelta(days=1)):
        found = slots_between(hours=hours, duration=timedelta(hours=1), first_day=each, last_day=each, zone=here)

        assert f"{found[0].starts_at.astimezone(here):%F %H:%M}" == f"{each} 10:00"
        assert f"{found[-1].ends_at.astimezone(here):%F %H:%M}" == f"{each} 18:00"
        assert len(found) == 15


def test_a_salon_s_days_are_those_of_its_own_clocks(
    stranger: APIClient, groomer: Groomer, treatment: Treatment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is Monday in Seoul and still Sunday in New York, where the salon is open until its own Sunday ends."""
    _open_then(groomer.salon, time(10), time(18), "America/New_York")
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime(2027, 5, 2, 15, 30, tzinfo=UTC))
    query = {"treatment": str(treatment.pk), "dog_size": "small", "days": "1"}

    of_groomer = stranger.get(f"/api/v1/groomers/{groomer.pk}/slots", query).json()
    of_salon = stranger.get(
        f"/api/v1/salons/{groomer.salon_id}/slots", {"visit": f"{treatment.pk}:small", "days": "1"}
    ).json()

    assert of_groomer["today"] == of_salon["today"] == "2027-05-02"
    assert datetime.fromisoformat(of_groomer["items"][0]["starts_at"]) == datetime(2027, 5, 2, 16, 0, tzinfo=UTC)
    assert [item["starts_at"] for item in of_salon["items"]] == [item["starts_at"] for item in of_groomer["items"]]
    assert of_salon["time_zone"] == "America/New_York"


def test_a_salon_says_by_which_clocks_it_opens(stranger: APIClient, groomer: Groomer) -> None:
    shown = stranger.get(f"/api/v1/salons/{groomer.salon_id}").json()

    assert shown["time_zone"] == "Asia/Seoul"


@pytest.mark.parametrize("name", ["Asia/Pyeongchang", "UTC+9", "", "../etc/passwd"])
def test_a_time_zone_that_there_is_not_is_refused(groomer: Groomer, name: str) -> None:
    groomer.salon.time_zone = name

    with pytest.raises(ValidationError, match="time_zone"):
        groomer.salon.full_clean()
