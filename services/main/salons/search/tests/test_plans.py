"""No page reads a whole table, and none sorts more than a few salons, on either server."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from salons.models import DogSize, Region, TreatmentKind
from salons.search import finding
from salons.search.index.folding import words_of
from salons.search.plan import Statement
from salons.search.wanted import Free, Near, Order, Wanted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("korea")]
_SEOUL = Near(37.566, 126.978, 10_000)
_NOW = timezone.now()
_TOMORROW = Free(_NOW + timedelta(days=1), _NOW, changed=(1, 2))
_BATH, _SMALL = TreatmentKind.BATH, DogSize.SMALL
ASKED = {
    "a word": Wanted(words=tuple(words_of("미용"))),
    "a long word": Wanted(words=tuple(words_of("애견미용실"))),
    "a letter": Wanted(words=tuple(words_of("보"))),
    "consonants": Wanted(words=tuple(words_of("ㅍㅅㄹ"))),
    "a consonant": Wanted(words=tuple(words_of("ㅍ"))),
    "two words": Wanted(words=tuple(words_of("서울 미용"))),
    "a city": Wanted(city="서울"),
    "a kind": Wanted(kind=_BATH),
    "a word in a city": Wanted(words=tuple(words_of("미용")), city="서울", kind=_BATH),
    "a price": Wanted(size=_SMALL, price_max=50_000),
    "prices in order": Wanted(size=_SMALL, order=Order.PRICE),
    "prices of a kind in a city": Wanted(city="서울", kind=_BATH, size=_SMALL, order=Order.PRICE),
    "prices of a word": Wanted(words=tuple(words_of("미용")), kind=_BATH, size=_SMALL, order=Order.PRICE),
    "near": Wanted(near=_SEOUL, order=Order.DISTANCE),
    "free": Wanted(free=_TOMORROW),
    "free in a city": Wanted(city="서울", free=_TOMORROW),
    "prices of who is free": Wanted(size=_SMALL, free=_TOMORROW, order=Order.PRICE),
    "free near": Wanted(near=_SEOUL, free=_TOMORROW, order=Order.DISTANCE),
    "a word near": Wanted(words=tuple(words_of("미용")), near=_SEOUL, order=Order.DISTANCE),
    "a price near": Wanted(near=_SEOUL, kind=_BATH, size=_SMALL, price_max=50_000, order=Order.DISTANCE),
    "prices in order near": Wanted(near=_SEOUL, kind=_BATH, size=_SMALL, order=Order.PRICE),
}


def _statements(wanted: Wanted, *, few: int, monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """All that are carried out."""
    carried_out: list[Statement] = []
    rows = finding._rows

    def kept(statement: Statement) -> list[tuple[Any, ...]]:
        carried_out.append(statement)
        return rows(statement)

    monkeypatch.setattr(finding, "_rows", kept)
    finding.find(wanted, after=None, limit=21, few=few)
    return carried_out


def _explained(statement: Statement) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        way = "" if getattr(connection, "mysql_is_mariadb", False) else "FORMAT=TRADITIONAL "
        cursor.execute(f"EXPLAIN {way}{statement.sql}", statement.params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _reads_everything(table: dict[str, Any]) -> bool:
    """Of a table of ours, and not of the one row that each count is."""
    return table["type"] in {"ALL", "index"} and str(table["table"]) in {"e", "p"} | {
        f"t{number}" for number in range(30)
    }


@pytest.mark.parametrize("few", [2, finding.FEW])
@pytest.mark.parametrize("what", sorted(ASKED))
def test_no_page_reads_a_whole_table(what: str, few: int, monkeypatch: pytest.MonkeyPatch) -> None:
    statements = _statements(ASKED[what], few=few, monkeypatch=monkeypatch)

    assert statements
    for statement in statements:
        tables = _explained(statement)
        # Along the primary key until the page is full: the one way in which an index is read from its beginning.
        along = [one for one in tables if one["key"] == "PRIMARY" and one["type"] == "index" and one["table"] == "e"]
        wrong = [one for one in tables if _reads_everything(one) and one not in along]
        assert not wrong, (statement, wrong)
        looked_up = [one for one in tables[1:] if one["table"] in {"e", "p", "f"} or str(one["table"]).startswith("t")]
        if "STRAIGHT_JOIN" in statement.sql:
            assert {one["type"] for one in looked_up} <= {"eq_ref", "const", "ref"}, (statement, looked_up)


@pytest.mark.parametrize(
    "what", ["a word", "consonants", "two words", "a city", "a word in a city", "prices in order", "prices of a word"]
)
def test_what_very_many_salons_have_is_read_in_order_and_not_sorted(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, statement = _statements(ASKED[what], few=2, monkeypatch=monkeypatch)

    assert not any("filesort" in (table["Extra"] or "") for table in _explained(statement)), statement


@pytest.mark.parametrize(
    "query",
    [
        {"q": "미용"},
        {"q": "서울 미용", "treatment_kind": "bath"},
        {"lat": "37.566", "lon": "126.978", "radius": "50000"},
        {"dog_size": "small", "order": "price", "city": "서울"},
    ],
)
def test_a_longer_page_takes_no_more_questions(
    stranger: APIClient, query: dict[str, str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for limit in ("1", "50"):
        # The counts, the page (a few circles at most where it is about distance), the salons on it, their photos, and
        # three for when they have time.
        with django_assert_max_num_queries(11 if "lat" in query else 7):
            answer = stranger.get("/api/v1/salons", {**query, "limit": limit}).json()
        assert answer["items"]


def test_a_district_takes_one_question_and_those_for_photos_and_times(
    stranger: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    region = Region.objects.filter(salons__isnull=False).order_by("pk")[0]

    with django_assert_num_queries(5):
        found = stranger.get("/api/v1/salons", {"region": str(region.pk)}).json()["items"]

    assert {salon["region"] for salon in found} == {str(region)}
