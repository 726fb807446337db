"""Who has blocked whom, what that ends, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from blocks import services
from blocks.leaving import forget_blocks
from blocks.models import Block
from bookings.tests.conftest import at_ten, groomer, tomorrow, treatment, wish  # noqa: F401  # fixtures
from conftest import MakeAccount
from salons.models import Groomer

pytestmark = pytest.mark.django_db
BLOCKS, BOOKINGS, ROOMS = "/api/v1/blocks", "/api/v1/bookings", "/api/v1/rooms"


@dataclass(frozen=True)
class Pair:
    """A customer and a groomer who have a room and a booking, and by whom each is called."""

    customer: APIClient
    groomer: APIClient
    room_id: str
    booking_id: str
    ids: dict[str, int]

    def of(self, side: str) -> APIClient:
        return self.customer if side == "customer" else self.groomer


@pytest.fixture
def pair(
    customer: Account,
    groomer: Groomer,  # noqa: F811
    wish: dict[str, Any],  # noqa: F811
    client_of: Callable[[Account], APIClient],
) -> Pair:
    client = client_of(customer)
    room = client.post(ROOMS, {"groomer_id": groomer.pk}, format="json").json()
    booking = client.post(BOOKINGS, wish, format="json").json()
    ids = {"customer": customer.pk, "groomer": groomer.account_id}
    return Pair(client, client_of(groomer.account), room["id"], booking["id"], ids)


@pytest.fixture
def another(groomer: Groomer, make_account: MakeAccount) -> Groomer:  # noqa: F811
    """Of the same salon."""
    return Groomer.objects.create(salon=groomer.salon, account=make_account(role=Account.Role.GROOMER), name="이하늘")


def _later(wish: dict[str, Any], hours: int) -> dict[str, Any]:  # noqa: F811
    return {**wish, "starts_at": (datetime.fromisoformat(wish["starts_at"]) + timedelta(hours=hours)).isoformat()}


def _at(pair: Pair, place: str) -> str:
    return f"{ROOMS}/{pair.room_id}/block" if place == "room" else f"{BOOKINGS}/{pair.booking_id}/block"


@pytest.mark.parametrize("place", ["room", "booking"])
@pytest.mark.parametrize(("side", "other"), [("customer", "groomer"), ("groomer", "customer")])
def test_either_blocks_the_other_where_they_met_and_nothing_new_begins(
    pair: Pair,
    wish: dict[str, Any],  # noqa: F811
    place: str,
    side: str,
    other: str,
) -> None:
    answers = [pair.of(side).put(_at(pair, place)) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert [one["blocked"]["id"] for one in pair.of(side).get(BLOCKS).json()["items"]] == [pair.ids[other]]
    assert pair.of(other).get(BLOCKS).json()["items"] == [], "nobody learns by whom they are blocked"
    refused = pair.customer.post(BOOKINGS, _later(wish, 3), format="json")
    assert (refused.status_code, refused.json()["code"]) == (422, "slot-not-offered")


def test_what_was_agreed_stands_and_an_answer_that_was_lost_is_given_again(
    pair: Pair,
    wish: dict[str, Any],  # noqa: F811
) -> None:
    pair.groomer.put(_at(pair, "booking"))

    assert pair.customer.get(f"{BOOKINGS}/{pair.booking_id}").json()["state"] == "confirmed"
    assert pair.customer.post(BOOKINGS, wish, format="json").json()["id"] == pair.booking_id
    assert pair.customer.post(f"{BOOKINGS}/{pair.booking_id}/cancel").status_code == 200


def test_what_stands_is_not_moved_to_another_time(pair: Pair, wish: dict[str, Any]) -> None:  # noqa: F811
    pair.groomer.put(_at(pair, "booking"))

    path, later = f"{BOOKINGS}/{pair.booking_id}/reschedule", {"starts_at": _later(wish, 3)["starts_at"]}
    refused = pair.customer.post(path, later, format="json")

    assert (refused.status_code, refused.json()["code"]) == (422, "slot-not-offered")


def test_a_groomer_who_blocks_waits_for_whoever_books_at_that_moment(pair: Pair) -> None:
    """Behind the row that a booking holds: none comes after the answer."""
    with CaptureQueriesContext(connection) as asked:
        pair.groomer.put(_at(pair, "booking"))

    locks = [query["sql"] for query in asked.captured_queries if "FOR UPDATE" in query["sql"]]
    assert ["accounts_account" in locks[0], "salons_groomer" in locks[1]] == [True, True]


def test_any_groomer_is_another_one(pair: Pair, wish: dict[str, Any], another: Groomer) -> None:  # noqa: F811
    pair.customer.put(_at(pair, "room"))
    any_groomer = {
        "salon_id": another.salon_id,
        "starts_at": _later(wish, 3)["starts_at"],
        "treatments": [{"treatment_id": wish["treatment_id"], "dog_size": "small"}],
    }

    booked = pair.customer.post(BOOKINGS, any_groomer, format="json")

    assert (booked.status_code, booked.json()["groomer"]["id"]) == (201, another.pk)


@pytest.mark.parametrize("side", ["customer", "groomer"])
def test_no_room_is_opened_between_them(
    customer: Account,
    groomer: Groomer,  # noqa: F811
    client_of: Callable[[Account], APIClient],
    side: str,
) -> None:
    ends = [customer, groomer.account] if side == "customer" else [groomer.account, customer]
    Block.objects.create(account=ends[0], blocked=ends[1], since=timezone.now())

    refused = client_of(customer).post(ROOMS, {"groomer_id": groomer.pk}, format="json")

    assert (refused.status_code, refused.json()["code"]) == (404, "groomer-not-found")


def test_whoever_is_let_come_again_can_book(pair: Pair, wish: dict[str, Any]) -> None:  # noqa: F811
    pair.groomer.put(_at(pair, "room"))

    gone = [pair.groomer.delete(f"{BLOCKS}/{pair.ids['customer']}").status_code for _ in range(2)]

    assert gone == [204, 204]
    assert pair.customer.post(BOOKINGS, _later(wish, 3), format="json").status_code == 201


def test_only_whoever_blocked_can_end_it(pair: Pair) -> None:
    pair.groomer.put(_at(pair, "room"))

    pair.customer.delete(f"{BLOCKS}/{pair.ids['groomer']}")
    pair.customer.delete(f"{BLOCKS}/{pair.ids['customer']}")

    assert Block.objects.count() == 1


def test_there_is_an_end_to_it(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_BLOCKS", 0)

    refused = pair.groomer.put(_at(pair, "room"))

    assert (refused.status_code, refused.json()["max_blocks"]) == (409, 0)


def test_whoever_leaves_is_in_no_list_of_anybody(pair: Pair) -> None:
    pair.groomer.put(_at(pair, "room"))
    pair.customer.put(_at(pair, "room"))

    forget_blocks(account_id=pair.ids["customer"], now=timezone.now())

    assert not Block.objects.exists()
