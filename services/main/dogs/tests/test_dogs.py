"""A customer's dogs over HTTP."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount
from dogs.breeds import BREEDS
from dogs.models import Dog
from dogs.services import MAX_DOGS
from salons.slots import today

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]
BORI = {
    "name": "보리",
    "breed": "bichon-frise",
    "born_in": "2021-03",
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_400,
    "coat": "curly",
    "temperament": ["may-bite", "fears-water", "may-bite"],
    "health_notes": "슬개골 2기\n오른쪽 뒷다리를 조심해 주세요",
}


@pytest.fixture
def mine(customer: Account, client_of: ClientOf) -> APIClient:
    return client_of(customer)


def added(client: APIClient, **other: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/dogs", {**BORI, **other}, format="json")
    assert answer.status_code == 201, answer.content
    return dict(answer.json())


def test_a_dog_is_read_as_it_was_added(mine: APIClient) -> None:
    dog = added(mine)

    assert dog == {
        **BORI,
        "id": dog["id"],
        "size": "small",
        "temperament": ["fears-water", "may-bite"],
        "photo": None,
    }
    assert mine.get(f"/api/v1/dogs/{dog['id']}").json() == dog
    assert mine.get("/api/v1/dogs").json() == {"items": [dog], "next": None}


def test_a_change_leaves_what_it_does_not_name(mine: APIClient) -> None:
    dog = added(mine)

    answer = mine.patch(f"/api/v1/dogs/{dog['id']}", {"weight_grams": 15_000}, format="json")

    assert answer.json() == {**dog, "weight_grams": 15_000, "size": "large"}


def test_two_pages_that_change_one_dog_do_not_overwrite_each_other(mine: APIClient) -> None:
    dog = added(mine)
    address = f"/api/v1/dogs/{dog['id']}"
    read = mine.get(address)["ETag"]

    first = mine.patch(address, {"name": "보리차"}, format="json", HTTP_IF_MATCH=read)
    second = mine.patch(address, {"name": "보리밥"}, format="json", HTTP_IF_MATCH=read)
    removal = mine.delete(address, HTTP_IF_MATCH=read)

    assert (first.status_code, second.status_code, removal.status_code) == (200, 412, 412)
    assert second.json()["code"] == "changed-meanwhile"
    assert mine.get(address).json()["name"] == "보리차"
    # Whoever does not say what was read takes it as it is.
    assert mine.patch(address, {"name": "보리밥"}, format="json").status_code == 200


def test_a_change_to_what_already_is_makes_no_new_version(mine: APIClient) -> None:
    dog = added(mine)
    address = f"/api/v1/dogs/{dog['id']}"
    read = mine.get(address)["ETag"]

    assert mine.patch(address, {"name": "보리"}, format="json")["ETag"] == read


def test_a_removed_dog_is_gone(mine: APIClient) -> None:
    dog = added(mine)

    assert mine.delete(f"/api/v1/dogs/{dog['id']}").status_code == 204
    assert mine.delete(f"/api/v1/dogs/{dog['id']}").status_code == 404
    assert not Dog.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "blank"),
        ("name", "\u200b", "unfit_character"),
        ("name", "보" * 21, "max_length"),
        ("breed", "cat", "invalid_choice"),
        ("born_in", "2021-13", "invalid"),
        ("born_in", "2021-3", "invalid"),
        ("born_in", "2021-03-01", "invalid"),
        ("born_in", "２０２１-03", "invalid"),
        ("born_in", "0000-01", "invalid"),
        ("born_in", "9999-12", "future"),
        ("born_in", "1970-01", "too_old"),
        ("born_in", 202103, "invalid"),
        ("born_in", None, "null"),
        ("weight_grams", 99, "min_value"),
        ("weight_grams", 200_001, "max_value"),
        ("weight_grams", 5.4, "invalid"),
        ("weight_grams", True, "invalid"),
        ("temperament", ["kind"], "invalid_choice"),
        ("temperament", [["shy"]], "invalid_choice"),
        ("temperament", "shy", "not_a_list"),
        ("temperament", ["shy"] * 10, "max_length"),
        ("health_notes", "가" * 501, "max_length"),
        ("owner", 1, "unknown"),
        ("version", 7, "unknown"),
    ],
)
def test_bad_input_is_refused_with_its_field_and_leaves_nothing(
    mine: APIClient, field: str, value: Any, code: str
) -> None:
    answer = mine.post("/api/v1/dogs", {**BORI, field: value}, format="json")

    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"].split(".")[0] == field
    assert error["code"] == code
    assert not Dog.objects.exists()


def test_a_dog_may_be_born_in_this_month_and_not_in_the_next(mine: APIClient) -> None:
    now = today(now=timezone.now())
    following = date(now.year + now.month // 12, now.month % 12 + 1, 1)

    assert mine.post("/api/v1/dogs", {**BORI, "born_in": f"{now:%Y-%m}"}, format="json").status_code == 201
    assert mine.post("/api/v1/dogs", {**BORI, "born_in": f"{following:%Y-%m}"}, format="json").status_code == 422


def test_names_are_kept_in_one_form(mine: APIClient) -> None:
    dog = added(mine, name=unicodedata.normalize("NFD", "보리"))

    assert dog["name"] == "보리"


def test_an_account_has_a_bounded_number_of_dogs(mine: APIClient) -> None:
    for number in range(MAX_DOGS):
        added(mine, name=f"{number}호")

    answer = mine.post("/api/v1/dogs", BORI, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "too-many-dogs")
    assert answer.json()["max_dogs"] == MAX_DOGS


def test_pages_of_dogs_neither_repeat_nor_hide(mine: APIClient) -> None:
    names = [added(mine, name=f"{number}호")["name"] for number in range(5)]
    seen: list[str] = []
    cursor = ""

    while True:
        page = mine.get("/api/v1/dogs", {"limit": "2", "cursor": cursor}).json()
        seen += [dog["name"] for dog in page["items"]]
        cursor = page["next"] or ""
        if not cursor:
            break

    assert seen == names


def test_dogs_of_others_are_not_listed(mine: APIClient, make_account: MakeAccount, client_of: ClientOf) -> None:
    added(client_of(make_account()))

    assert mine.get("/api/v1/dogs").json()["items"] == []


def test_breeds_are_a_list_of_names_in_both_languages(stranger: APIClient) -> None:
    answer = stranger.get("/api/v1/breeds")

    items = answer.json()["items"]
    assert {"code": "jindo", "ko": "진돗개", "en": "Korean Jindo Dog"} in items
    assert answer["Cache-Control"].startswith("public")
    for name in ("code", "ko", "en"):
        values = [item[name] for item in items]
        assert len(set(values)) == len(values) == len(BREEDS) > 150
        assert all(unicodedata.is_normalized("NFC", value) and value.strip() == value for value in values)
