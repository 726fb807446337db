"""Where a salon or a dog is shown, its photo is."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from accounts.models import Account
from photos.models import Photo
from photos.tests.conftest import GALLERY, kept
from salons.models import Groomer, Salon

pytestmark = pytest.mark.django_db
SALONS = "/api/v1/salons"
FAVOURITES = "/api/v1/favourites"
DOGS = "/api/v1/dogs"
DOG = {
    "name": "보리",
    "breed": "bichon-frise",
    "born_in": "2023-05",
    "sex": "male",
    "neutered": "yes",
    "weight_grams": 4_000,
    "coat": "curly",
}


def _in_gallery(owner: Groomer, count: int = 2) -> list[str]:
    """Photos of the salon from the last place to the first."""
    sizes = {"width": 800, "height": 600, "remove_at": None, "salon": owner.salon}
    return [kept(owner.account, "salon", place=place, **sizes) for place in reversed(range(count))]


def _found(client: APIClient, salon: Salon, query: dict[str, str]) -> Any:
    items = client.get(SALONS, query).json()["items"]
    return next(one for one in items if one["id"] == salon.pk)


def test_the_first_photo_of_its_gallery_stands_for_a_salon_wherever_it_is_shown(
    stranger: APIClient, owners: APIClient, mine: APIClient, owner: Groomer
) -> None:
    before = stranger.get(f"{SALONS}/{owner.salon_id}").json()["cover"]
    *_, first = _in_gallery(owner)
    shown = owners.get(GALLERY).json()["items"][0]

    mine.put(f"{FAVOURITES}/{owner.salon_id}")
    covers = [
        stranger.get(f"{SALONS}/{owner.salon_id}").json()["cover"],
        owners.get(f"{SALONS}/mine").json()["cover"],
        _found(stranger, owner.salon, {"region": str(owner.salon.region_id)})["cover"],
        _found(stranger, owner.salon, {"q": owner.salon.name})["cover"],
        mine.get(FAVOURITES).json()["items"][0]["salon"]["cover"],
    ]

    assert before is None
    assert (shown["id"], shown["width"], set(shown["sizes"])) == (first, 800, {"small", "medium", "large"})
    assert covers == [shown] * 5


def test_a_dog_is_shown_with_its_photo(mine: APIClient, customer: Account) -> None:
    dog = mine.post(DOGS, DOG, format="json").json()
    photo = kept(customer, "dog", width=320, height=240)

    put = mine.put(f"{DOGS}/{dog['id']}/photo", {"photo_id": photo}, format="json").json()

    assert dog["photo"] is None
    assert put["id"] == photo
    assert mine.get(f"{DOGS}/{dog['id']}").json()["photo"] == put
    assert mine.get(DOGS).json()["items"][0]["photo"] == put
    assert mine.patch(f"{DOGS}/{dog['id']}", {"name": "콩이"}, format="json").json()["photo"] == put


@pytest.mark.parametrize("query", [{"region": ""}, {"q": "살롱"}])
def test_a_longer_list_of_salons_with_photos_takes_no_more_queries(
    stranger: APIClient, owner: Groomer, query: dict[str, str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    salons = [owner.salon, *(_beside(owner.salon, number) for number in range(4))]
    for salon in salons:
        for place in range(3):
            _photo_of(salon, owner, place)
    asked = query if "q" in query else {"region": str(owner.salon.region_id)}

    for limit in ("1", "5"):
        with django_assert_max_num_queries(16):
            found = stranger.get(SALONS, {**asked, "limit": limit}).json()["items"]
        assert len(found) == int(limit)
        assert all(one["cover"] for one in found)


def test_a_longer_list_of_dogs_with_photos_takes_no_more_queries(
    mine: APIClient, customer: Account, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    dogs = [mine.post(DOGS, DOG, format="json").json()["id"] for _ in range(4)]
    for dog in dogs:
        kept(customer, "dog", dog_id=dog, remove_at=None, width=320, height=240)

    for limit in ("1", "4"):
        with django_assert_num_queries(1):
            found = mine.get(DOGS, {"limit": limit}).json()["items"]
        assert all(one["photo"] for one in found)


def _beside(salon: Salon, number: int) -> Salon:
    return Salon.objects.create(region=salon.region, name=f"{salon.name} {number}", address=salon.address)


def _photo_of(salon: Salon, owner: Groomer, place: int) -> Photo:
    facts = {"salon": salon, "place": place, "remove_at": None, "width": 800, "height": 600}
    return Photo.objects.get(pk=kept(owner.account, "salon", **facts))
