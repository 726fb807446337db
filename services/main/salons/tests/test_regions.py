"""Where in Korea."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from salons.models import Region, Salon
from salons.regions import DISTRICTS, load_regions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _regions_are_there() -> None:
    """As after migrating; a test with transactions of its own has emptied the table since."""
    load_regions()


def test_all_cities_and_districts_of_korea_are_there_after_migrating(stranger: APIClient) -> None:
    cities = stranger.get("/api/v1/regions").json()["items"]

    named = {city["city"]: [district["name"] for district in city["districts"]] for city in cities}
    assert len(named) == 17
    assert sum(map(len, named.values())) >= 229
    assert {"강남구", "중구"} <= set(named["서울"])
    assert {"서귀포시", "제주시"} == set(named["제주"])
    assert all(names == sorted(names) for names in named.values())


def test_no_district_is_written_twice() -> None:
    for districts in DISTRICTS.values():
        assert len(set(districts)) == len(districts)


def test_loading_again_adds_nothing_and_changes_no_id() -> None:
    before = dict(Region.objects.values_list("pk", "district"))

    assert load_regions() == 0
    assert dict(Region.objects.values_list("pk", "district")) == before


def test_salons_are_found_by_district(stranger: APIClient) -> None:
    here, there = Region.objects.filter(district="중구").order_by("pk")[:2]
    for region in (here, there, here):
        Salon.objects.create(region=region, name="살롱", address="중구")

    found = stranger.get("/api/v1/salons", {"region": str(here.pk)}).json()["items"]

    assert {salon["region"] for salon in found} == {str(here)}
    assert len(found) == Salon.objects.filter(region=here).count() >= 2


@pytest.mark.parametrize("region", ["0", "-1", "abc", "²", "1_0", "9" * 19])
def test_what_is_no_districts_id_is_refused(region: str, stranger: APIClient) -> None:
    answer = stranger.get("/api/v1/salons", {"region": region})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "region")
