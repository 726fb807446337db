"""Searching for salons that have time until a moment, and what lists and pages of salons say of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import TimeOff
from bookings.next_free.keeping import keep_due
from bookings.tests.next_free.calendar import by_the_rules
from conftest import MakeAccount
from salons.models import FreeTimesChange, Groomer, Salon
from salons.seeding.writing import seed_salons
from salons.slots import SEOUL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("korea")]
SALONS = "/api/v1/salons"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def korea(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Once for all tests of a module, in a transaction around theirs."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_salons(30, now=timezone.now())
        yield
        transaction.set_rollback(True)


def _pages(client: APIClient, query: dict[str, str], *, limit: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(SALONS, {**query, "limit": str(limit), "cursor": cursor}).json()
        found, cursor = found + page["items"], page["next"]
    return found


def _ids(found: list[dict[str, Any]]) -> list[int]:
    return [one["id"] for one in found]


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("query", [{}, {"dog_size": "small", "order": "price"}, {"treatment_kind": "bath"}])
def test_those_are_found_that_have_time_until_then_whatever_is_kept(
    stranger: APIClient, query: dict[str, str], is_kept: bool
) -> None:
    dice, now = Random(7), timezone.now()
    for groomer in Groomer.objects.order_by("pk"):
        if dice.random() < 0.5:
            ends_at = now + dice.randint(1, 200) * HOUR
            TimeOff.objects.create(groomer=groomer, starts_at=now - HOUR, ends_at=ends_at)
    if is_kept:
        while keep_due(now=now):
            pass
    free = {salon.pk: by_the_rules(salon, now=now) for salon in Salon.objects.order_by("pk")}
    everybody = _ids(_pages(stranger, query, limit=100))

    for hours in (1, 9, 30, 24 * 8):
        by = now + hours * HOUR
        found = _pages(stranger, {**query, "free_by": by.isoformat()}, limit=dice.choice((3, 20)))

        assert _ids(found) == [pk for pk in everybody if (at := free[pk]) is not None and at <= by]
        assert [datetime.fromisoformat(one["next_free_at"]) for one in found] == [free[pk] for pk in _ids(found)]


def test_a_day_means_until_it_is_over_in_korea(stranger: APIClient) -> None:
    day = timezone.now().astimezone(SEOUL).date() + timedelta(days=1)

    by_day = _pages(stranger, {"free_by": day.isoformat()}, limit=100)
    by_moment = _pages(stranger, {"free_by": f"{day}T23:59:59+09:00"}, limit=100)

    assert _ids(by_day) == _ids(by_moment) != []


@pytest.mark.parametrize(
    "written", ["2026-13-01", "tomorrow", "2026-12-01T10:00:00", "2026-12-01 10:00", "9999-12-31T23:00:00-12:00"]
)
def test_what_is_no_day_and_no_moment_is_refused(stranger: APIClient, written: str) -> None:
    answer = stranger.get(SALONS, {"free_by": written})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "free_by")


@pytest.mark.parametrize("written", ["0001-01-01", "2020-01-01T00:00:00+09:00", "2020-01-01"])
def test_nobody_has_time_in_the_past(stranger: APIClient, written: str) -> None:
    assert stranger.get(SALONS, {"free_by": written}).json() == {"items": [], "next": None}


def test_a_salon_s_page_says_it_too(stranger: APIClient) -> None:
    listed = stranger.get(SALONS, {"limit": "1"}).json()["items"][0]

    page = stranger.get(f"{SALONS}/{listed['id']}").json()

    assert page["next_free_at"] == listed["next_free_at"] is not None


def test_a_salon_without_anybody_has_no_time(stranger: APIClient, make_account: MakeAccount) -> None:
    region = Salon.objects.order_by("pk")[0].region
    salon = Salon.objects.create(region=region, name="빈집", address="서울")

    before = stranger.get(f"{SALONS}/{salon.pk}").json()["next_free_at"]
    Groomer.objects.create(salon=salon, account=make_account(role=Account.Role.GROOMER), name="김보라")

    assert before is stranger.get(f"{SALONS}/{salon.pk}").json()["next_free_at"] is None


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_longer_page_takes_no_more_queries(
    stranger: APIClient, is_kept: bool, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    by = (timezone.now() + timedelta(days=7)).isoformat()
    FreeTimesChange.objects.all().delete()
    if not is_kept:
        FreeTimesChange.objects.bulk_create(
            FreeTimesChange(salon_id=pk) for pk in Salon.objects.values_list("pk", flat=True)
        )

    for limit in ("2", "20"):
        with django_assert_max_num_queries(8 if is_kept else 16):
            found = stranger.get(SALONS, {"q": "살롱", "free_by": by, "limit": limit}).json()["items"]
        assert found
