"""What is suggested while somebody types."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from salons.models import Region, Salon

pytestmark = pytest.mark.django_db


@pytest.fixture
def salons() -> dict[str, int]:
    region = Region.objects.get_or_create(city="서울", district="강남구")[0]
    names = ("보들보들 살롱", "뽀송뽀송", "강남 댕댕살롱", "우리 보들이네")
    return {name: Salon.objects.create(region=region, name=name, address="서울").pk for name in names}


def _suggested(stranger: APIClient, q: str) -> list[str]:
    return [one["name"] for one in stranger.get("/api/v1/salons/suggestions", {"q": q}).json()["items"]]


@pytest.mark.usefixtures("salons")
@pytest.mark.parametrize(
    ("typed", "suggested"),
    [
        ("보", ["보은군", "보령시", "보성군", "보들보들 살롱"]),
        ("보ㄷ", ["보은군", "보령시", "보성군", "보들보들 살롱"]),
        ("보들", ["보들보들 살롱", "우리 보들이네"]),
        ("ㅂㄷ", ["보들보들 살롱", "우리 보들이네"]),
        ("ㅃㅅ", ["강서구", "금정구", "기장군", "뽀송뽀송"]),  # districts of Busan
        ("강남", ["강남구", "강남 댕댕살롱"]),
        ("서울 강남", ["강남구"]),
        ("댕댕", ["강남 댕댕살롱"]),
    ],
)
def test_districts_come_first_then_what_begins_so_then_what_has_it(
    stranger: APIClient, typed: str, suggested: list[str]
) -> None:
    assert _suggested(stranger, typed)[: len(suggested)] == suggested


@pytest.mark.usefixtures("salons")
@pytest.mark.parametrize("typed", ["", "!", "없는이름", "ㅏ"])
def test_what_nobody_can_mean_suggests_nothing(stranger: APIClient, typed: str) -> None:
    assert _suggested(stranger, typed) == []


def test_a_suggestion_says_what_it_is_and_where(stranger: APIClient, salons: dict[str, int]) -> None:
    found = stranger.get("/api/v1/salons/suggestions", {"q": "보들보들"}).json()["items"]

    assert found == [{"type": "salon", "id": salons["보들보들 살롱"], "name": "보들보들 살롱", "place": "서울 강남구"}]


@pytest.mark.usefixtures("korea")
def test_each_letter_takes_a_few_questions_whatever_there_is(
    stranger: APIClient, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for typed in ("미", "미용", "ㅁㅇ", "미용실"):
        with django_assert_max_num_queries(5):
            assert len(_suggested(stranger, typed)) <= 10
