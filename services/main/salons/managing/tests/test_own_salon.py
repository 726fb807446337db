"""An owner changes their salon; nobody else does, and nobody overwrites what they have not read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import Booking
from bookings.tests.conftest import free_slots
from conftest import MakeAccount
from salons.models import Break, ClosedDay, Groomer, OpeningHours, Region, Salon, Treatment
from salons.slots import SEOUL

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]
MINE, TIMES = "/api/v1/salons/mine", "/api/v1/salons/mine/times"


@pytest.fixture
def owner(groomer: Groomer, client_of: ClientOf) -> APIClient:
    Groomer.objects.filter(pk=groomer.pk).update(owns_salon=True)
    return client_of(groomer.account)


def _times(**changes: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    hours = [{"weekday": day, "opens_at": "10:00", "closes_at": "18:00"} for day in range(7)]
    return {"opening_hours": hours, "breaks": [], "closed_days": [], **changes}


def test_an_owner_changes_what_is_shown_and_found(owner: APIClient, stranger: APIClient, groomer: Groomer) -> None:
    region = Region.objects.get_or_create(city="부산", district="해운대구")[0]
    changes = {"name": "바닷가 살롱", "region_id": region.pk, "latitude": 35.163, "longitude": 129.164}

    answer = owner.patch(MINE, changes, format="json")

    assert answer.status_code == 200
    shown = stranger.get(f"/api/v1/salons/{groomer.salon_id}").json()
    assert (shown["name"], shown["region"], shown["latitude"]) == ("바닷가 살롱", "부산 해운대구", 35.163)
    for query in ({"q": "ㅂㄷㄱ"}, {"city": "부산"}, {"lat": "35.16", "lon": "129.16"}):
        assert [one["id"] for one in stranger.get("/api/v1/salons", query).json()["items"]] == [groomer.salon_id]


def test_a_groomer_who_owns_none_has_no_such_salon(groomer: Groomer, client_of: ClientOf) -> None:
    client = client_of(groomer.account)

    answers = [
        client.get(MINE),
        client.patch(MINE, {"name": "남의 살롱"}, format="json"),
        client.put(TIMES, _times(), format="json"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_an_owner_of_another_salon_changes_theirs(
    owner: APIClient,
    groomer: Groomer,
    make_account: MakeAccount,
    client_of: ClientOf,
) -> None:
    other = Salon.objects.create(region=groomer.salon.region, name="다른 살롱", address="서울")
    account = make_account(role=Account.Role.GROOMER)
    Groomer.objects.create(salon=other, account=account, name="다른 미용사", owns_salon=True)

    client_of(account).patch(MINE, {"name": "바뀐 살롱"}, format="json")

    assert Salon.objects.get(pk=other.pk).name == "바뀐 살롱"
    assert Salon.objects.get(pk=groomer.salon_id).name == groomer.salon.name


def test_whoever_read_an_older_version_overwrites_nothing(owner: APIClient) -> None:
    etag = owner.get(MINE).headers["ETag"]
    first = owner.patch(MINE, {"summary": "먼저"}, format="json", headers={"If-Match": etag})

    second = owner.patch(MINE, {"summary": "나중"}, format="json", headers={"If-Match": etag})
    third = owner.put(TIMES, _times(), format="json", headers={"If-Match": etag})

    assert (first.status_code, second.status_code, third.status_code) == (200, 412, 412)
    assert second.json()["code"] == "changed-meanwhile"
    shown = owner.get(MINE)
    assert (shown.json()["summary"], shown.headers["ETag"]) == ("먼저", first.headers["ETag"])


@pytest.mark.parametrize("written", ["{}", "W/{}", '"7000", {}', 'W/"7000",W/{}', "*"])
def test_the_version_that_was_read_counts_however_it_came(owner: APIClient, written: str) -> None:
    """nginx marks it weak where it compresses an answer."""
    etag = owner.get(MINE).headers["ETag"]

    answer = owner.patch(MINE, {"summary": "그대로"}, format="json", headers={"If-Match": written.format(etag)})

    assert answer.status_code == 200, answer.content


def test_what_is_so_already_is_no_change(owner: APIClient) -> None:
    before = owner.get(MINE)

    after = owner.patch(MINE, {"name": before.json()["name"]}, format="json")

    assert after.headers["ETag"] == before.headers["ETag"]


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"name": ""}, "name", "blank"),
        ({"owns_salon": True}, "owns_salon", "unknown"),
        ({"region_id": 999_999}, "region_id", "not-there"),
        ({"latitude": 37.5}, "longitude", "half-a-place"),
        ({"latitude": "37.5"}, "latitude", "invalid"),
        ({"latitude": 48.8, "longitude": 127.0}, "latitude", "max_value"),
        ({"buffer_minutes": 121}, "buffer_minutes", "max_value"),
    ],
)
def test_a_profile_that_cannot_be_is_refused(owner: APIClient, changes: dict[str, Any], field: str, code: str) -> None:
    answer = owner.patch(MINE, changes, format="json")

    assert answer.status_code == 422
    assert [(one["field"], one["code"]) for one in answer.json()["errors"]] == [(field, code)]


def test_times_are_those_that_were_set_and_no_others(
    owner: APIClient,
    stranger: APIClient,
    groomer: Groomer,
    treatment: Treatment,
    tomorrow: date,
) -> None:
    lunch = [{"weekday": day, "starts_at": "12:00", "ends_at": "13:00"} for day in range(7)]
    day_after = tomorrow + timedelta(days=1)
    holiday = [{"day": day_after.isoformat(), "note": "쉽니다"}]

    answer = owner.put(TIMES, _times(breaks=lunch, closed_days=holiday), format="json")

    assert answer.status_code == 200
    slots = free_slots(stranger, groomer, treatment, tomorrow)
    assert slots[:4] == ["10:00", "10:30", "11:00", "13:00"]
    assert free_slots(stranger, groomer, treatment, day_after) == []
    shown = stranger.get(f"/api/v1/salons/{groomer.salon_id}").json()
    assert shown["breaks"][0] == {"weekday": 0, "starts_at": "12:00", "ends_at": "13:00"}
    assert shown["closed_days"] == [{"day": day_after.isoformat(), "note": "쉽니다"}]

    owner.put(TIMES, _times(opening_hours=[]), format="json")
    assert free_slots(stranger, groomer, treatment, tomorrow) == []
    assert [model.objects.filter(salon_id=groomer.salon_id).count() for model in (OpeningHours, Break, ClosedDay)] == [
        0
    ] * 3


def test_what_is_booked_stays_booked_whatever_the_hours_become(
    owner: APIClient,
    customer: Account,
    client_of: ClientOf,
    wish: dict[str, Any],
) -> None:
    booked = client_of(customer).post("/api/v1/bookings", wish, format="json").json()

    owner.put(TIMES, _times(opening_hours=[]), format="json")

    assert Booking.objects.get(pk=booked["id"]).status == Booking.Status.CONFIRMED


@pytest.mark.parametrize(
    ("times", "code"),
    [
        (_times(opening_hours=[{"weekday": 0, "opens_at": "10:00", "closes_at": "18:00"}] * 2), "repeated"),
        (_times(opening_hours=[{"weekday": 7, "opens_at": "10:00", "closes_at": "18:00"}]), "max_value"),
        (_times(opening_hours=[{"weekday": 0, "opens_at": "24:00", "closes_at": "18:00"}]), "invalid"),
        (_times(opening_hours=[{"weekday": 0, "opens_at": "9:00", "closes_at": "18:00"}]), "invalid"),
        (
            _times(
                opening_hours=[
                    {"weekday": 0, "opens_at": "18:00", "closes_at": "02:00"},
                    {"weekday": 1, "opens_at": "01:00", "closes_at": "10:00"},
                ]
            ),
            "hours-overlap",
        ),
        (_times(closed_days=[{"day": "2026-12-25"}] * 2), "repeated"),
        (_times(closed_days=[{"day": "2099-12-25"}]), "too-far-ahead"),
        (_times(closed_days=[{"day": "2026-02-30"}]), "invalid"),
        ({"opening_hours": []}, "required"),
    ],
)
def test_times_that_cannot_be_are_refused_and_change_nothing(
    owner: APIClient,
    groomer: Groomer,
    times: dict[str, Any],
    code: str,
) -> None:
    answer = owner.put(TIMES, times, format="json")

    assert answer.status_code == 422
    assert code in {one["code"] for one in answer.json()["errors"]}
    assert OpeningHours.objects.filter(salon_id=groomer.salon_id).count() == 7


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    breaks=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 95), st.integers(0, 95)), max_size=4),
    closed=st.frozensets(st.integers(0, 3), max_size=2),
    start=st.integers(0, 47),
)
def test_whatever_interrupts_a_slot_is_booked_exactly_when_it_is_shown(
    owner: APIClient,
    customer: Account,
    client_of: ClientOf,
    stranger: APIClient,
    groomer: Groomer,
    treatment: Treatment,
    wish: dict[str, Any],
    tomorrow: date,
    breaks: list[tuple[int, int, int]],
    closed: frozenset[int],
    start: int,
) -> None:
    """List and book ask one function, breaks and holidays too."""

    def clock(quarters: int) -> str:
        return f"{quarters // 4:02}:{quarters % 4 * 15:02}"

    interrupted = [{"weekday": day, "starts_at": clock(one), "ends_at": clock(other)} for day, one, other in breaks]
    days = [{"day": (tomorrow + timedelta(days=number)).isoformat()} for number in closed]
    assert owner.put(TIMES, _times(breaks=interrupted, closed_days=days), format="json").status_code == 200
    at = datetime.combine(tomorrow, time(start // 2, start % 2 * 30), tzinfo=SEOUL)
    assert at > timezone.now()

    is_shown = f"{at:%H:%M}" in free_slots(stranger, groomer, treatment, tomorrow)
    answer = client_of(customer).post("/api/v1/bookings", {**wish, "starts_at": at.isoformat()}, format="json")

    assert answer.status_code == (201 if is_shown else 422), (answer.json(), is_shown)
    Booking.objects.all().delete()
