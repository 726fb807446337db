"""What a hold keeps while everything around it changes, and what it cannot keep."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from blocks.models import Block
from bookings.holds.states import HoldState
from bookings.models import Booking, Hold
from bookings.tests.visits.conftest import BORI
from conftest import MakeAccount
from dogs.models import Dog
from dogs.services import add_dog
from due.services import carry_out, due_ids
from prices.models import PriceRule
from salons.models import Groomer, Salon, Treatment

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]
HOLDS, BOOKINGS = "/api/v1/holds", "/api/v1/bookings"


@pytest.fixture
def mine(customer: Account, client_of: ClientOf) -> APIClient:
    return client_of(customer)


@pytest.fixture
def other(make_account: MakeAccount, client_of: ClientOf) -> APIClient:
    return client_of(make_account())


@pytest.fixture
def bori(customer: Account) -> Dog:
    """Small and curly."""
    return add_dog(BORI, by=By(customer.pk, timezone.now())).dog


def _held(client: APIClient, wish: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(HOLDS, wish, format="json")
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def _book(client: APIClient, hold: dict[str, Any]) -> dict[str, Any]:
    return dict(client.post(f"{HOLDS}/{hold['id']}/booking", {}, format="json").json())


@pytest.fixture
def matted_bori(groomer: Groomer, treatment: Treatment, bori: Dog, at_ten: datetime) -> dict[str, Any]:
    """A wish for a dog whose curls and matting cost more."""
    PriceRule.objects.create(salon=groomer.salon, reason="coat", value="curly", won=7_000)
    PriceRule.objects.create(salon=groomer.salon, reason="matting", value="heavy", percent=50)
    one = {"treatment_id": treatment.pk, "dog_id": str(bori.pk), "matting": "heavy"}
    return {"groomer_id": groomer.pk, "starts_at": at_ten.isoformat(), "treatments": [one]}


def _parts(shown: dict[str, Any]) -> list[tuple[int, dict[str, int], int]]:
    return [
        (one["base"], {line["reason"]: line["won"] for line in one["lines"]}, one["price"])
        for one in shown["treatments"]
    ]


def test_every_part_of_the_price_is_kept_whatever_becomes_of_rules_list_and_dog(
    mine: APIClient, matted_bori: dict[str, Any], treatment: Treatment, bori: Dog
) -> None:
    hold = _held(mine, matted_bori)
    PriceRule.objects.all().delete()
    Treatment.objects.filter(pk=treatment.pk).update(price_small=99_000)
    Dog.objects.filter(pk=bori.pk).update(weight_grams=40_000, coat="double")

    booking = _book(mine, hold)

    assert _parts(hold) == [(30_000, {"coat": 7_000, "matting": 15_000}, 52_000)]
    assert _parts(booking) == _parts(hold)
    assert booking["price"] == hold["price"] == 52_000
    assert booking["treatments"][0]["dog"]["id"] == str(bori.pk)


def test_the_same_wish_gives_the_hold_though_prices_have_changed(
    mine: APIClient, matted_bori: dict[str, Any], treatment: Treatment
) -> None:
    hold = _held(mine, matted_bori)
    PriceRule.objects.all().delete()

    again = mine.post(HOLDS, matted_bori, format="json")

    assert (again.status_code, again.json()) == (200, hold)


def test_a_dog_that_is_gone_is_booked_as_one_of_its_size(
    mine: APIClient, matted_bori: dict[str, Any], bori: Dog
) -> None:
    hold = _held(mine, matted_bori)
    bori.delete()

    [shown] = _book(mine, hold)["treatments"]

    assert (shown["dog"], shown["dog_size"], shown["price"]) == (None, "small", 52_000)


def test_a_treatment_that_is_gone_cannot_be_booked(mine: APIClient, wish: dict[str, Any], treatment: Treatment) -> None:
    hold = _held(mine, wish)
    treatment.delete()

    assert _book(mine, hold)["code"] == "slot-not-offered"
    assert not Booking.objects.exists()


def test_nobody_moves_a_booking_to_what_somebody_holds(
    mine: APIClient, other: APIClient, wish: dict[str, Any], at_ten: datetime
) -> None:
    booked = other.post(BOOKINGS, {**wish, "starts_at": (at_ten + timedelta(hours=3)).isoformat()}).json()
    _held(mine, wish)

    for minutes in (0, 30):
        to = (at_ten + timedelta(minutes=minutes)).isoformat()
        answer = other.post(f"{BOOKINGS}/{booked['id']}/reschedule", {"starts_at": to}, format="json")
        assert answer.json()["code"] == "slot-taken"


@pytest.mark.parametrize("who_blocks", ["customer", "groomer"])
def test_between_two_who_are_apart_nothing_is_held_nor_booked_of_what_was_held(
    mine: APIClient, wish: dict[str, Any], customer: Account, groomer: Groomer, at_ten: datetime, who_blocks: str
) -> None:
    hold = _held(mine, wish)
    pair = (customer, groomer.account)
    by, of = pair if who_blocks == "customer" else pair[::-1]
    Block.objects.create(account=by, blocked=of, since=timezone.now())

    later = {**wish, "starts_at": (at_ten + timedelta(hours=2)).isoformat()}
    assert mine.post(HOLDS, later).json()["code"] == "slot-not-offered"
    assert _book(mine, hold)["code"] == "slot-not-offered"
    assert Hold.objects.get().state == HoldState.HELD


def test_more_room_between_visits_since_then_does_not_end_it(
    mine: APIClient, other: APIClient, wish: dict[str, Any], groomer: Groomer, at_ten: datetime
) -> None:
    """Beside a visit that is as near as was allowed; whoever comes new keeps more room."""
    hold = _held(mine, wish)
    at_eleven = wish | {"starts_at": (at_ten + timedelta(hours=1)).isoformat()}
    assert other.post(BOOKINGS, at_eleven, format="json").status_code == 201
    Salon.objects.filter(pk=groomer.salon_id).update(buffer_minutes=30)

    booking = _book(mine, hold)

    assert booking.get("status") == "confirmed", booking
    at_twelve = wish | {"starts_at": (at_ten + timedelta(hours=2)).isoformat()}
    assert other.post(BOOKINGS, at_twelve, format="json").json()["code"] == "slot-taken"


def test_it_is_forgotten_a_month_after_its_end_and_what_was_booked_is_not(
    mine: APIClient, wish: dict[str, Any], at_ten: datetime
) -> None:
    later = wish | {"starts_at": (at_ten + timedelta(hours=3)).isoformat()}
    booked, ended = _held(mine, wish), _held(mine, later)
    _book(mine, booked)

    now = timezone.now()
    seen = []
    for days in (1, 30, 32):
        for act_id in due_ids(now=now + timedelta(days=days), at_most=50):
            carry_out(act_id, now=now + timedelta(days=days))
        seen.append(Hold.objects.filter(pk__in=[booked["id"], ended["id"]]).count())

    assert seen == [2, 2, 0]
    assert Booking.objects.filter(pk=booked["id"]).exists()
