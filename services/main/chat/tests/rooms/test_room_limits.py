"""How many rooms one customer may open, also at one moment."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from unittest import mock

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.tests.races import race
from chat.errors import TooManyNewRooms
from chat.models import Room
from chat.rooms import limits as room_limits
from chat.rooms.services import Opened, open_room
from conftest import MakeAccount
from outbox.models import OutboxRow
from salons.models import Groomer

pytestmark = pytest.mark.django_db(transaction=True)
ClientOf = Callable[[Account], APIClient]


@pytest.fixture
def groomers(groomer: Groomer, make_account: MakeAccount) -> list[Groomer]:
    def make(number: int) -> Groomer:
        account = make_account(role=Account.Role.GROOMER)
        return Groomer.objects.create(salon=groomer.salon, account=account, name=f"미용사 {number}")

    return [make(number) for number in range(6)]


@pytest.mark.parametrize(
    ("limit", "status", "code"),
    [("MAX_NEW_A_DAY", 429, "too-many-new-rooms"), ("MAX_ROOMS", 409, "room-limit-reached")],
)
def test_rooms_have_an_end_and_those_that_are_open_stay_open(
    groomers: list[Groomer], customer: Account, client_of: ClientOf, limit: str, status: int, code: str
) -> None:
    client = client_of(customer)
    with mock.patch.object(room_limits, limit, 2):
        answers = [client.post("/api/v1/rooms", {"groomer_id": one.pk}, format="json") for one in groomers[:3]]
        known = client.post("/api/v1/rooms", {"groomer_id": groomers[0].pk}, format="json")
        Room.objects.update(created_at=timezone.now() - timedelta(days=1))
        next_day = client.post("/api/v1/rooms", {"groomer_id": groomers[2].pk}, format="json")

    assert [answer.status_code for answer in answers] == [201, 201, status]
    assert answers[2].json()["code"] == code
    assert known.status_code == 200
    assert next_day.status_code == (201 if status == 429 else 409)
    assert OutboxRow.objects.count() == Room.objects.count()


def _openings(customer: Account, groomers: list[Groomer]) -> list[Callable[[], object]]:
    return [
        lambda one=one: open_room(groomer_id=one.pk, by=By(customer.pk, timezone.now()))  # type: ignore[misc]
        for one in groomers
    ]


def test_rooms_have_an_end_at_one_moment_too(groomers: list[Groomer], customer: Account) -> None:
    with mock.patch.object(room_limits, "MAX_NEW_A_DAY", 2):
        outcomes = race(_openings(customer, groomers))

    assert sum(isinstance(outcome, Opened) for outcome in outcomes) == Room.objects.count() == 2
    assert sum(isinstance(outcome, TooManyNewRooms) for outcome in outcomes) == 4


def test_without_the_customer_s_row_all_would_be_opened(groomers: list[Groomer], customer: Account) -> None:
    all_have_checked, create = threading.Barrier(6), Room.objects.create

    def create_after_all_checked(**fields: object) -> Room:
        all_have_checked.wait()
        return create(**fields)

    with (
        mock.patch.object(room_limits, "MAX_NEW_A_DAY", 2),
        mock.patch.object(QuerySet, "select_for_update", lambda rows: rows),
        mock.patch.object(Room.objects, "create", create_after_all_checked),
    ):
        outcomes = race(_openings(customer, groomers))

    assert all(isinstance(outcome, Opened) for outcome in outcomes), outcomes
