"""Salons that a customer keeps."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from favourites import services
from favourites.leaving import forget_favourites
from favourites.models import Favourite
from salons.models import Region, Salon

pytestmark = pytest.mark.django_db
FAVOURITES = "/api/v1/favourites"


@pytest.fixture
def salons() -> list[Salon]:
    region = Region.objects.get_or_create(city="서울", district="중구")[0]
    return [Salon.objects.create(region=region, name=f"살롱 {number}", address="서울 중구 1") for number in range(5)]


@pytest.fixture
def mine(customer: Account, client_of: Callable[[Account], APIClient]) -> APIClient:
    return client_of(customer)


def _kept(client: APIClient, **query: str) -> list[int]:
    return [one["salon"]["id"] for one in client.get(FAVOURITES, query).json()["items"]]


def test_what_is_kept_is_listed_the_newest_first_until_it_is_let_go(mine: APIClient, salons: list[Salon]) -> None:
    for salon in salons:
        assert mine.put(f"{FAVOURITES}/{salon.pk}").status_code == 200
    assert mine.delete(f"{FAVOURITES}/{salons[2].pk}").status_code == 204

    assert _kept(mine) == [salons[number].pk for number in (4, 3, 1, 0)]
    assert mine.get(FAVOURITES).json()["items"][0]["salon"]["region"] == "서울 중구"


def test_pages_follow_each_other(mine: APIClient, salons: list[Salon]) -> None:
    for salon in salons:
        mine.put(f"{FAVOURITES}/{salon.pk}")

    first = mine.get(FAVOURITES, {"limit": "3"}).json()

    assert _kept(mine, limit="3", cursor=first["next"]) == [salons[1].pk, salons[0].pk]


def test_each_may_be_said_twice(mine: APIClient, salons: list[Salon]) -> None:
    path = f"{FAVOURITES}/{salons[0].pk}"

    kept = [mine.put(path).json() for _ in range(2)]
    gone = [mine.delete(path).status_code for _ in range(2)]

    assert (kept[0], gone, _kept(mine)) == (kept[1], [204, 204], [])


def test_what_is_no_salon_cannot_be_kept_and_another_customers_are_not_mine(
    mine: APIClient, salons: list[Salon], make_account: Callable[[], Account]
) -> None:
    Favourite.objects.create(customer=make_account(), salon=salons[0], since=timezone.now())

    assert mine.put(f"{FAVOURITES}/{salons[-1].pk + 1}").status_code == 404
    assert _kept(mine) == []
    mine.delete(f"{FAVOURITES}/{salons[0].pk}")
    assert Favourite.objects.count() == 1


def test_there_is_an_end_to_it(mine: APIClient, salons: list[Salon], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_FAVOURITES", 2)

    answers = [mine.put(f"{FAVOURITES}/{salon.pk}") for salon in (*salons[:3], salons[0])]

    assert [answer.status_code for answer in answers] == [200, 200, 409, 200]
    assert answers[2].json()["max_favourites"] == 2


def test_a_list_takes_as_many_queries_as_a_row(
    mine: APIClient, salons: list[Salon], django_assert_max_num_queries: Callable[..., object]
) -> None:
    for salon in salons:
        mine.put(f"{FAVOURITES}/{salon.pk}")

    with django_assert_max_num_queries(4):  # type: ignore[attr-defined]
        mine.get(FAVOURITES)


def test_they_go_with_the_account_and_with_the_salon(customer: Account, salons: list[Salon]) -> None:
    now = timezone.now()
    for salon in salons[:2]:
        Favourite.objects.create(customer=customer, salon=salon, since=now)

    salons[0].delete()
    forget_favourites(account_id=customer.pk, now=now)

    assert not Favourite.objects.exists()
