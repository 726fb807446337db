"""Two who change one salon at the same moment: what it is found by is what both have said."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from unittest import mock

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet
from rest_framework.test import APIClient

from bookings.tests.races import race
from salons.models import Region, Salon, Treatment
from salons.search.index import keeping
from salons.search.index.documents import Document, documents_of

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("탄산 스파", "머드 스파", "곰돌이컷", "얼굴컷")
PRICES = {"price_small": 30_000, "price_medium": 40_000, "price_large": 50_000}
MINUTES = {"minutes_small": 60, "minutes_medium": 60, "minutes_large": 60}


@pytest.fixture
def salon() -> Salon:
    region = Region.objects.get_or_create(city="서울", district="중구")[0]
    return Salon.objects.create(region=region, name="보들보들", address="서울")


def _all_at_once(salon: Salon) -> list[object]:
    def add(name: str) -> object:
        return Treatment.objects.create(salon=salon, name=name, kind="spa", **PRICES, **MINUTES)

    return race([lambda name=name: add(name) for name in NAMES])  # type: ignore[misc]


def test_treatments_that_are_added_at_once_are_all_found(stranger: APIClient, salon: Salon) -> None:
    outcomes = _all_at_once(salon)

    assert all(isinstance(outcome, Treatment) for outcome in outcomes), outcomes
    assert keeping.keep_all() == 0
    for name in NAMES:
        assert [one["id"] for one in stranger.get("/api/v1/salons", {"q": name}).json()["items"]] == [salon.pk]


@pytest.fixture
def without_the_lock(salon: Salon) -> Iterator[None]:
    """Everybody has read what there is before anybody writes."""
    everybody_has_read = threading.Barrier(len(NAMES))

    def read_and_wait(salon_ids: Collection[int]) -> dict[int, Document]:
        found = documents_of(salon_ids)
        everybody_has_read.wait(timeout=20)
        return found

    with (
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(keeping, "documents_of", read_and_wait),
    ):
        yield


@pytest.mark.usefixtures("without_the_lock")
def test_without_the_lock_some_would_fail_or_not_be_found(salon: Salon) -> None:
    outcomes = _all_at_once(salon)

    failed = [outcome for outcome in outcomes if isinstance(outcome, DatabaseError)]
    documents = documents_of([salon.pk])
    assert failed or documents[salon.pk].entry.text != Salon.objects.get(pk=salon.pk).search_entry.text
