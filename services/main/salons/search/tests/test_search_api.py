"""Searching through the API: what is asked, what comes, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

pytestmark = pytest.mark.django_db
SALONS = "/api/v1/salons"


@pytest.mark.usefixtures("korea")
@pytest.mark.parametrize(
    "query",
    [
        {"q": "미용"},
        {"city": "서울", "treatment_kind": "bath"},
        {"dog_size": "large", "order": "price", "price_min": "20000"},
        {"lat": "37.5", "lon": "127.0", "radius": "50000"},
        {"lat": "37.5", "lon": "127.0", "radius": "50000", "dog_size": "small", "order": "price"},
    ],
)
def test_pages_follow_each_other_without_gap_or_repetition(stranger: APIClient, query: dict[str, str]) -> None:
    at_once = stranger.get(SALONS, {**query, "limit": "100"}).json()

    found: list[dict[str, Any]] = []
    cursor = ""
    while len(found) < 100:
        page = stranger.get(SALONS, {**query, "limit": "7", "cursor": cursor}).json()
        found += page["items"]
        if (cursor := page["next"]) is None:
            break

    assert len(at_once["items"]) > 7
    assert found[: len(at_once["items"])] == at_once["items"]


@pytest.mark.usefixtures("korea")
def test_what_is_found_says_how_far_it_is_and_from_which_price(stranger: APIClient) -> None:
    query = {"lat": "37.5", "lon": "127.0", "radius": "20000", "dog_size": "small", "treatment_kind": "bath"}

    found = stranger.get(SALONS, query).json()["items"]

    assert found
    assert [one["distance_metres"] for one in found] == sorted(one["distance_metres"] for one in found)
    shown = stranger.get(f"{SALONS}/{found[0]['id']}").json()
    baths = [one["prices"]["small"] for one in shown["treatments"] if one["kind"] == "bath"]
    assert found[0]["price_from"] == min(baths)


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ({"lat": "37.5"}, "lon", "required"),
        ({"lon": "127.0"}, "lat", "required"),
        ({"order": "distance"}, "lat", "required"),
        ({"order": "price"}, "dog_size", "required"),
        ({"price_max": "1000"}, "dog_size", "required"),
        ({"order": "name"}, "order", "invalid_choice"),
        ({"treatment_kind": "shave"}, "treatment_kind", "invalid_choice"),
        ({"lat": "nan", "lon": "127"}, "lat", "invalid"),
        ({"lat": "91", "lon": "127"}, "lat", "max_value"),
        ({"lat": "37.5", "lon": "127", "radius": "50001"}, "radius", "max_value"),
        ({"q": "가" * 101}, "q", "max_length"),
    ],
)
def test_what_cannot_be_searched_for_is_refused(
    stranger: APIClient, query: dict[str, str], field: str, code: str
) -> None:
    answer = stranger.get(SALONS, query)

    assert answer.status_code == 422
    assert (field, code) in {(one["field"], one["code"]) for one in answer.json()["errors"]}


@pytest.mark.usefixtures("korea")
def test_a_cursor_is_good_for_its_order_only(stranger: APIClient) -> None:
    prices = {"dog_size": "small", "order": "price", "limit": "1"}
    cursor = stranger.get(SALONS, prices).json()["next"]

    for other in ({"dog_size": "large", "order": "price"}, {"q": "미용"}, {"lat": "37.5", "lon": "127"}, {}):
        assert stranger.get(SALONS, {**other, "cursor": cursor}).status_code == 422


@pytest.mark.usefixtures("korea")
def test_signs_alone_find_nothing(stranger: APIClient) -> None:
    assert stranger.get(SALONS, {"q": "!?"}).json() == {"items": [], "next": None}


@pytest.mark.usefixtures("korea")
def test_an_empty_query_asks_for_nothing(stranger: APIClient) -> None:
    assert stranger.get(SALONS, {"q": ""}).json() == stranger.get(SALONS).json()
