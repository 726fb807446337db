"""An owner sets what the salon offers, as one list."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from bookings.models import Booking
from conftest import MakeAccount
from salons.models import Groomer, Salon, Treatment
from salons.search.index.keeping import keep_all

pytestmark = pytest.mark.django_db
TREATMENTS = "/api/v1/salons/mine/treatments"


@pytest.fixture
def owner(groomer: Groomer, client_of: Any) -> APIClient:
    Groomer.objects.filter(pk=groomer.pk).update(owns_salon=True)
    client: APIClient = client_of(groomer.account)
    return client


def _offer(name: str, won: int = 30_000, **more: Any) -> dict[str, Any]:
    prices = {"small": won, "medium": won + 10_000, "large": won + 20_000}
    return {
        "name": name,
        "kind": "bath",
        "prices": prices,
        "minutes": {"small": 60, "medium": 90, "large": 120},
        **more,
    }


def _set(client: APIClient, *offers: dict[str, Any], **headers: str) -> Any:
    return client.put(TREATMENTS, {"treatments": list(offers)}, format="json", headers=headers)


def _names(salon_id: int) -> dict[str, int]:
    return dict(Treatment.objects.filter(salon_id=salon_id).values_list("name", "pk"))


def test_the_list_is_what_was_sent_and_keeps_whom_it_knows(
    owner: APIClient, stranger: APIClient, groomer: Groomer
) -> None:
    first = _names(groomer.salon_id) if _set(owner, _offer("목욕"), _offer("가위컷", kind="scissors")) else {}

    answer = _set(owner, _offer("가위컷", 90_000, kind="scissors"), _offer("탄산 스파", kind="spa"))

    assert answer.status_code == 200
    second = _names(groomer.salon_id)
    assert set(second) == {"가위컷", "탄산 스파"}
    assert second["가위컷"] == first["가위컷"]
    assert keep_all() == 0
    found = {q: bool(stranger.get("/api/v1/salons", {"q": q}).json()["items"]) for q in ("탄산", "가위컷", "목욕")}
    assert found == {"탄산": True, "가위컷": True, "목욕": False}


def test_the_same_list_again_makes_nothing(owner: APIClient, groomer: Groomer) -> None:
    _set(owner, _offer("목욕"), _offer("가위컷"))
    before = _names(groomer.salon_id)

    _set(owner, _offer("목욕"), _offer("가위컷"))

    assert _names(groomer.salon_id) == before


def test_two_may_change_names_with_each_other(owner: APIClient, groomer: Groomer) -> None:
    _set(owner, _offer("목욕"), _offer("가위컷"))
    ids = _names(groomer.salon_id)

    answer = _set(owner, _offer("가위컷", id=ids["목욕"]), _offer("목욕", id=ids["가위컷"]))

    assert answer.status_code == 200
    assert _names(groomer.salon_id) == {"가위컷": ids["목욕"], "목욕": ids["가위컷"]}


def test_what_has_bookings_stays_on_the_list_and_keeps_their_price(
    owner: APIClient, customer: Account, client_of: Any, treatment: Treatment, wish: dict[str, Any]
) -> None:
    booked = client_of(customer).post("/api/v1/bookings", wish, format="json").json()

    without = _set(owner, _offer("가위컷"))
    dearer = _set(owner, _offer(treatment.name, 99_000))

    assert (without.status_code, without.json()["code"]) == (409, "treatment-is-booked")
    assert without.json()["treatment_ids"] == [treatment.pk]
    assert dearer.status_code == 200
    assert Booking.objects.get(pk=booked["id"]).price == 30_000
    assert Treatment.objects.get(pk=treatment.pk).price_small == 99_000


def test_a_treatment_of_another_salon_is_not_there(
    owner: APIClient, groomer: Groomer, make_account: MakeAccount
) -> None:
    other = Salon.objects.create(region=groomer.salon.region, name="다른 살롱", address="서울")
    prices = {f"price_{size}": 1_000 for size in ("small", "medium", "large")}
    minutes = {f"minutes_{size}": 60 for size in ("small", "medium", "large")}
    theirs = Treatment.objects.create(salon=other, name="목욕", **prices, **minutes)

    answer = _set(owner, _offer("뺏은 목욕", id=theirs.pk))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "not-there")
    assert Treatment.objects.get(pk=theirs.pk).name == "목욕"


@pytest.mark.parametrize(
    ("offers", "code"),
    [
        ([_offer("목욕"), _offer("목욕")], "repeated"),
        ([_offer("Spa"), _offer("spa")], "repeated"),  # one name to the database
        ([_offer("목욕", -1)], "min_value"),
        ([_offer("목욕", kind="shave")], "invalid_choice"),
        ([{**_offer("목욕"), "minutes": {"small": 4, "medium": 60, "large": 60}}], "min_value"),
        ([{"name": "목욕"}], "required"),
        ([_offer(f"시술 {number}") for number in range(51)], "max_length"),
    ],
)
def test_a_list_that_cannot_be_is_refused_and_changes_nothing(
    owner: APIClient, groomer: Groomer, offers: list[dict[str, Any]], code: str
) -> None:
    _set(owner, _offer("처음"))

    answer = _set(owner, *offers)

    assert answer.status_code == 422
    assert code in {one["code"] for one in answer.json()["errors"]}
    assert set(_names(groomer.salon_id)) == {"처음"}


def test_whoever_read_an_older_list_overwrites_nothing(owner: APIClient, groomer: Groomer) -> None:
    etag = owner.get("/api/v1/salons/mine").headers["ETag"]
    _set(owner, _offer("목욕"), **{"If-Match": etag})

    answer = _set(owner, _offer("가위컷"), **{"If-Match": etag})

    assert answer.status_code == 412
    assert set(_names(groomer.salon_id)) == {"목욕"}
