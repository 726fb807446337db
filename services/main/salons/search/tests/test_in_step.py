"""Whoever changes a salon changes what it is found by, in the same transaction."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account
from salons.models import Region, Salon, SearchEntry, SearchPrice, SearchTerm, Treatment
from salons.search.index.keeping import keep_all

pytestmark = pytest.mark.django_db
MINUTES = {"minutes_small": 60, "minutes_medium": 60, "minutes_large": 60}


@pytest.fixture
def region() -> Region:
    return Region.objects.get_or_create(city="서울", district="중구")[0]


@pytest.fixture
def salon(region: Region) -> Salon:
    return Salon.objects.create(region=region, name="보들보들 살롱", address="서울 중구 세종대로 1")


@pytest.fixture
def bath(salon: Salon) -> Treatment:
    prices = {"price_small": 30_000, "price_medium": 40_000, "price_large": 50_000}
    return Treatment.objects.create(salon=salon, name="탄산 목욕", kind="bath", **prices, **MINUTES)


def _found(stranger: APIClient, **query: str) -> list[int]:
    return [one["id"] for one in stranger.get("/api/v1/salons", query).json()["items"]]


def test_a_new_salon_is_found(stranger: APIClient, salon: Salon) -> None:
    for q in ("보들", "들살", "ㅂㄷㅂㄷ", "ㄷㅅㄹ", "중구", "서울 살롱", "보들 보들살롱"):
        assert _found(stranger, q=q) == [salon.pk], q
    # Each of its pairs is there, and it is not.
    assert _found(stranger, q="들보들보들") == []


def test_another_name_is_found_and_the_old_one_is_not(stranger: APIClient, salon: Salon) -> None:
    salon.name = "몽글몽글"
    salon.save()

    assert (_found(stranger, q="몽글"), _found(stranger, q="보들"), _found(stranger, q="ㅂㄷ")) == ([salon.pk], [], [])


def test_a_treatment_is_found_while_it_is_offered(stranger: APIClient, salon: Salon, bath: Treatment) -> None:
    def looked_for() -> list[list[int]]:
        return [
            _found(stranger, q="탄산"),
            _found(stranger, treatment_kind="bath"),
            _found(stranger, dog_size="small", price_max="30000"),
        ]

    offered = looked_for()
    bath.price_small = 35_000
    bath.save()
    dearer = looked_for()
    bath.delete()
    gone = looked_for()

    assert (offered, dearer, gone) == ([[salon.pk]] * 3, [[salon.pk], [salon.pk], []], [[], [], []])


def test_a_district_of_another_name_is_found_by_it(stranger: APIClient, region: Region, salon: Salon) -> None:
    region.district = "새로운구"
    region.save()

    assert (_found(stranger, q="새로운"), _found(stranger, q="중구")) == ([salon.pk], [])


def test_an_operators_page_changes_what_is_found(
    stranger: APIClient, operator: Account, salon: Salon, bath: Treatment
) -> None:
    page = Client()
    page.force_login(operator)
    form: dict[str, Any] = {"region": salon.region_id, "name": "몽글몽글", "address": salon.address, "summary": "1:1"}
    form |= {
        "latitude": "37.5665",
        "longitude": "126.9780",
        "buffer_minutes": 0,
        "notice_minutes": 0,
        "horizon_days": 60,
        "time_zone": salon.time_zone,
    }
    others = ("groomers", "opening_hours", "breaks", "closed_days")
    form |= {f"{name}-{kind}_FORMS": 0 for name in others for kind in ("TOTAL", "INITIAL")}
    form |= {"treatments-TOTAL_FORMS": 1, "treatments-INITIAL_FORMS": 1, "treatments-0-id": bath.pk}
    form |= {"treatments-0-salon": salon.pk, "treatments-0-name": "머드팩", "treatments-0-kind": "spa"}
    form |= {f"treatments-0-price_{size}": 90_000 for size in ("small", "medium", "large")}
    form |= {f"treatments-0-{name}": minutes for name, minutes in MINUTES.items()}

    answer = page.post(f"/admin/salons/salon/{salon.pk}/change/", form)

    assert answer.status_code == 302, answer.context["errors"]
    assert _found(stranger, q="몽글 머드") == _found(stranger, treatment_kind="spa") == [salon.pk]
    assert _found(stranger, q="보들") == _found(stranger, q="탄산") == _found(stranger, treatment_kind="bath") == []
    assert _found(stranger, lat="37.5660", lon="126.9781") == [salon.pk]
    assert keep_all() == 0


def test_half_a_place_is_refused(operator: Account, salon: Salon) -> None:
    page = Client()
    page.force_login(operator)
    form: dict[str, Any] = {"region": salon.region_id, "name": salon.name, "address": salon.address, "latitude": "37.5"}
    form |= {"buffer_minutes": 0, "notice_minutes": 0, "horizon_days": 60}
    names = ("groomers", "opening_hours", "breaks", "closed_days", "treatments")
    form |= {f"{name}-{kind}_FORMS": 0 for name in names for kind in ("TOTAL", "INITIAL")}

    answer = page.post(f"/admin/salons/salon/{salon.pk}/change/", form)

    assert answer.status_code == 200
    assert "함께 입력해 주세요" in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_not_found(stranger: APIClient) -> None:
    region = Region.objects.get_or_create(city="서울", district="중구")[0]

    def begin() -> None:
        with transaction.atomic():
            Salon.objects.create(region=region, name="보들보들", address="서울")
            raise RuntimeError("changed my mind")

    with pytest.raises(RuntimeError):
        begin()

    assert _found(stranger, q="보들") == []
    assert not SearchTerm.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_salon_that_cannot_be_indexed_is_not_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    """One transaction: there is no salon that is not found."""
    region = Region.objects.get_or_create(city="서울", district="중구")[0]

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("salons.search.index.keeping.write", broken)
    with pytest.raises(RuntimeError):
        Salon.objects.create(region=region, name="보들보들", address="서울")

    assert not Salon.objects.exists()


def test_of_a_salon_that_goes_nothing_stays(salon: Salon, bath: Treatment) -> None:
    bath.delete()

    salon.delete()

    assert [model.objects.count() for model in (SearchEntry, SearchTerm, SearchPrice)] == [0, 0, 0]


def test_what_the_release_before_wrote_is_found_after_rebuilding(stranger: APIClient, region: Region) -> None:
    # As it does: it knows neither these tables nor a way to them.
    (old,) = Salon.objects.bulk_create([Salon(pk=77, region=region, name="옛날 살롱", address="서울")])
    changed = Salon.objects.create(region=region, name="처음 이름", address="서울")
    Salon.objects.filter(pk=changed.pk).update(name="나중 이름")
    before = (_found(stranger, q="옛날"), _found(stranger, q="나중"))

    printed = StringIO()
    call_command("rebuild_search", stdout=printed)

    assert before == ([], [])
    assert (_found(stranger, q="옛날"), _found(stranger, q="나중")) == ([old.pk], [changed.pk])
    assert "2 salons were not in step" in printed.getvalue()
    assert keep_all() == 0


def test_what_the_release_before_deleted_is_forgotten_after_rebuilding(stranger: APIClient, salon: Salon) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM salons_salon WHERE id = %s", [salon.pk])
    assert _found(stranger, q="보들") == []

    assert keep_all() == 1

    assert [model.objects.count() for model in (SearchEntry, SearchTerm, SearchPrice)] == [0, 0, 0]
