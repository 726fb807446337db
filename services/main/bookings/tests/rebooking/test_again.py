"""The same visit again: two taps, and what has changed since is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from blocks.models import Block
from bookings.models import BookedTreatment, Booking
from bookings.rebooking.queries import MOST_SLOTS
from conftest import MakeAccount
from dogs.models import Dog
from salons.models import Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]
BOOKINGS = "/api/v1/bookings"


@pytest.fixture
def mine(customer: Account, client_of: ClientOf) -> APIClient:
    return client_of(customer)


@pytest.fixture
def dog(customer: Account, at_ten: datetime) -> Dog:
    facts = {"breed": "mixed", "born_in": "2021-03-01", "sex": "female", "neutered": "yes", "coat": "curly"}
    return Dog.objects.create(owner=customer, name="보리", weight_grams=5_000, created_at=at_ten, **facts)


@pytest.fixture
def before(mine: APIClient, groomer: Groomer, treatment: Treatment, dog: Dog, at_ten: datetime) -> str:
    """A visit of a dog with a name and one without, a week ago."""
    treatments = [{"treatment_id": treatment.pk, "dog_id": dog.pk}, {"treatment_id": treatment.pk, "dog_size": "large"}]
    body = {"groomer_id": groomer.pk, "starts_at": at_ten.isoformat(), "treatments": treatments}
    booked = mine.post(BOOKINGS, body, format="json").json()
    a_week_ago = {"starts_at": at_ten - timedelta(days=8), "ends_at": at_ten - timedelta(days=8, hours=-2.5)}
    Booking.objects.filter(pk=booked["id"]).update(**a_week_ago)
    return str(booked["id"])


def _again(client: APIClient, booking_id: str) -> dict[str, Any]:
    answer = client.get(f"{BOOKINGS}/{booking_id}/rebooking")
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def test_the_same_visit_is_booked_in_two_taps(mine: APIClient, before: str, groomer: Groomer) -> None:
    again = _again(mine, before)

    booked = mine.post(BOOKINGS, {**again["body"], "starts_at": again["items"][0]["starts_at"]}, format="json")

    assert booked.status_code == 201, booked.content
    shown = booked.json()
    assert (shown["price"], shown["groomer"]["id"], shown["salon"]) == (again["price"], groomer.pk, again["salon"])
    assert shown["treatments"] == again["treatments"]
    assert (again["missing"], again["minutes"]) == ([], 150)
    assert len(again["items"]) == MOST_SLOTS


@pytest.mark.parametrize("way", ["bookings", "holds"])
@pytest.mark.parametrize("number", [0, -1])
def test_each_time_that_is_shown_can_be_had(mine: APIClient, before: str, way: str, number: int) -> None:
    again = _again(mine, before)

    body = {**again["body"], "starts_at": again["items"][number]["starts_at"]}

    assert mine.post(f"/api/v1/{way}", body, format="json").status_code == 201


def test_it_is_at_the_prices_and_the_dogs_of_today(
    mine: APIClient, before: str, treatment: Treatment, dog: Dog
) -> None:
    Treatment.objects.filter(pk=treatment.pk).update(price_medium=45_000)
    Dog.objects.filter(pk=dog.pk).update(weight_grams=9_000)

    again = _again(mine, before)

    assert [(one["dog_size"], one["price"]) for one in again["treatments"]] == [("medium", 45_000), ("large", 50_000)]
    assert (again["price"], again["minutes"]) == (95_000, 180)


def test_a_cancelled_one_can_be_had_again_at_its_own_time(
    mine: APIClient, wish: dict[str, Any], at_ten: datetime
) -> None:
    booked = mine.post(BOOKINGS, wish, format="json").json()
    mine.post(f"{BOOKINGS}/{booked['id']}/cancel", {}, format="json")

    again = _again(mine, booked["id"])

    assert at_ten in {datetime.fromisoformat(one["starts_at"]) for one in again["items"]}


def test_a_dog_that_is_gone_is_one_of_its_size(mine: APIClient, before: str, dog: Dog) -> None:
    mine.delete(f"/api/v1/dogs/{dog.pk}")

    again = _again(mine, before)

    assert [one["dog"] for one in again["treatments"]] == [None, None]
    assert [one.get("dog_size") for one in again["body"]["treatments"]] == ["small", "large"]


def test_a_groomer_who_works_elsewhere_is_named_and_anybody_of_the_salon_stands_in(
    mine: APIClient, before: str, groomer: Groomer, make_account: MakeAccount
) -> None:
    salon = groomer.salon
    other = Groomer.objects.create(salon=salon, account=make_account(role=Account.Role.GROOMER), name="이하늘")
    elsewhere = Salon.objects.create(region=salon.region, name="저 살롱", address="서울")
    Groomer.objects.filter(pk=groomer.pk).update(salon=elsewhere)

    again = _again(mine, before)

    assert again["missing"] == [{"what": "groomer", "name": groomer.name}]
    assert (again["salon"]["id"], again["groomer"], again["body"]["salon_id"]) == (salon.pk, None, salon.pk)
    assert again["items"][0]["groomers"] == [other.pk]


def test_a_treatment_that_the_salon_has_no_more_is_named_and_left_out(
    mine: APIClient, before: str, groomer: Groomer, treatment: Treatment
) -> None:
    elsewhere = Salon.objects.create(region=groomer.salon.region, name="저 살롱", address="서울")
    sizes = {f"{what}_{size}": 30 for what in ("price", "minutes") for size in ("small", "medium", "large")}
    gone = Treatment.objects.create(salon=elsewhere, name="스파", **sizes)
    BookedTreatment.objects.filter(booking__id=before, number=1).update(treatment=gone)

    again = _again(mine, before)

    assert again["missing"] == [{"what": "treatment", "name": "스파"}]
    assert [one["treatment_id"] for one in again["body"]["treatments"]] == [treatment.pk]
    assert again["price"] == 30_000


def test_where_nobody_is_left_nothing_can_be_posted(mine: APIClient, before: str, groomer: Groomer) -> None:
    elsewhere = Salon.objects.create(region=groomer.salon.region, name="저 살롱", address="서울")
    Groomer.objects.filter(pk=groomer.pk).update(salon=elsewhere)

    again = _again(mine, before)

    assert (again["body"], again["items"]) == (None, [])


def test_who_is_blocked_sees_no_free_time_and_not_why(
    mine: APIClient, before: str, groomer: Groomer, customer: Account, at_ten: datetime
) -> None:
    Block.objects.create(account=groomer.account, blocked=customer, since=at_ten)

    again = _again(mine, before)

    assert (again["items"], again["missing"]) == ([], [])
    assert again["groomer"]["id"] == groomer.pk


def test_it_is_its_customers_alone(
    before: str, groomer: Groomer, client_of: ClientOf, make_account: MakeAccount
) -> None:
    address = f"{BOOKINGS}/{before}/rebooking"

    assert client_of(make_account()).get(address).status_code == 404
    assert client_of(groomer.account).get(address).status_code in {403, 404}
