"""A slot is kept for whoever pays, for some minutes, and is free by itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.holds.services import MAX_HELD, book_held, hold_slot
from bookings.holds.states import HOLD_STEPS, HoldState
from bookings.leaving import forget_holds
from bookings.models import Booking, Hold
from bookings.tests.conftest import free_slots
from bookings.tests.races import wish_for
from bookings.tests.test_page import PAGE
from config.env import env
from conftest import MakeAccount
from due.models import DueAct
from due.services import carry_out, due_ids
from salons.models import ClosedDay, Groomer, Treatment

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]
_ARROW = re.compile(r"^ +(\w+) --> (\w+): (\w+)$", re.MULTILINE)


@pytest.fixture
def mine(customer: Account, client_of: ClientOf) -> APIClient:
    return client_of(customer)


@pytest.fixture
def other(make_account: MakeAccount, client_of: ClientOf) -> APIClient:
    return client_of(make_account())


def _held(client: APIClient, wish: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/api/v1/holds", wish)
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def _later(hold_id: str, minutes: float) -> None:
    """So long ago it was held."""
    hold = Hold.objects.get(pk=hold_id)
    ago = timedelta(minutes=minutes)
    Hold.objects.filter(pk=hold_id).update(held_at=hold.held_at - ago, held_until=hold.held_until - ago)


def test_what_is_held_is_nobody_else_s_until_it_is_booked(
    mine: APIClient,
    other: APIClient,
    wish: dict[str, Any],
    groomer: Groomer,
    treatment: Treatment,
    tomorrow: date,
) -> None:
    hold = _held(mine, wish)

    assert "10:00" not in free_slots(other, groomer, treatment, tomorrow)
    assert other.post("/api/v1/bookings", wish).json()["code"] == "slot-taken"
    assert other.post("/api/v1/holds", wish).json()["code"] == "slot-taken"
    booked = mine.post(f"/api/v1/holds/{hold['id']}/booking", {})
    assert (booked.status_code, booked.json()["price"]) == (201, hold["price"])
    assert other.post("/api/v1/bookings", wish).json()["code"] == "slot-taken"


def test_it_survives_a_reload_and_a_button_that_is_pressed_twice(mine: APIClient, wish: dict[str, Any]) -> None:
    hold = _held(mine, wish)

    assert [one["id"] for one in mine.get("/api/v1/holds").json()["items"]] == [hold["id"]]
    again = mine.post("/api/v1/holds", wish)
    assert (again.status_code, again.json()["id"]) == (200, hold["id"])
    first = mine.post(f"/api/v1/holds/{hold['id']}/booking", {})
    second = mine.post(f"/api/v1/holds/{hold['id']}/booking", {})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]
    assert Booking.objects.count() == 1


def test_it_is_free_by_itself_whether_a_worker_runs_or_not(
    mine: APIClient, other: APIClient, wish: dict[str, Any]
) -> None:
    hold = _held(mine, wish)
    _later(hold["id"], env.hold_minutes + 1)

    assert mine.post(f"/api/v1/holds/{hold['id']}/booking", {}).json()["code"] == "hold-has-ended"
    assert mine.get("/api/v1/holds").json()["items"] == []
    assert other.post("/api/v1/bookings", wish).status_code == 201


def test_its_end_is_noted_when_it_comes_and_not_before(
    customer: Account, wish: dict[str, Any], mine: APIClient
) -> None:
    hold = Hold.objects.get(pk=_held(mine, wish)["id"])

    for moment, state in (
        (hold.held_until - timedelta(seconds=1), HoldState.HELD),
        (hold.held_until, HoldState.EXPIRED),
    ):
        for act_id in due_ids(now=moment, at_most=10):
            carry_out(act_id, now=moment)
        hold.refresh_from_db()
        assert hold.state == state


def test_it_can_be_let_go(mine: APIClient, other: APIClient, wish: dict[str, Any]) -> None:
    hold = _held(mine, wish)

    assert mine.delete(f"/api/v1/holds/{hold['id']}").status_code == 204
    assert mine.delete(f"/api/v1/holds/{hold['id']}").status_code == 204
    assert mine.post(f"/api/v1/holds/{hold['id']}/booking", {}).json()["code"] == "hold-has-ended"
    assert other.post("/api/v1/bookings", wish).status_code == 201


def test_price_and_policy_are_those_that_were_shown(
    mine: APIClient, wish: dict[str, Any], groomer: Groomer, treatment: Treatment
) -> None:
    hold = _held(mine, wish)
    Treatment.objects.filter(pk=treatment.pk).update(price_small=90_000, minutes_small=120)
    groomer.salon.cancellation_policy = []
    groomer.salon.save()

    booking = mine.post(f"/api/v1/holds/{hold['id']}/booking", {}).json()

    assert (booking["price"], booking["ends_at"]) == (hold["price"], hold["ends_at"])
    assert [one["price"] for one in booking["treatments"]] == [hold["price"]]


def test_the_notice_is_that_of_the_moment_at_which_it_was_held(
    customer: Account, groomer: Groomer, treatment: Treatment, at_ten: datetime
) -> None:
    """Who pays for ten minutes is not refused at the end for having paid so long."""
    groomer.salon.notice_minutes = 120
    groomer.salon.save()
    by = By(customer.pk, at_ten - groomer.salon.notice - timedelta(minutes=1))
    hold = hold_slot(wish_for(groomer, treatment, at_ten), by=by).hold

    booked = book_held(hold.pk, by=By(customer.pk, by.now + timedelta(minutes=5)))

    assert booked.is_new


def test_what_the_salon_closed_meanwhile_is_refused_before_anybody_pays(
    mine: APIClient, wish: dict[str, Any], groomer: Groomer, tomorrow: date
) -> None:
    hold = _held(mine, wish)
    ClosedDay.objects.create(salon=groomer.salon, day=tomorrow)

    assert mine.post(f"/api/v1/holds/{hold['id']}/booking", {}).json()["code"] == "slot-not-offered"
    assert Hold.objects.get().state == HoldState.HELD


def test_one_person_holds_few_at_a_time(mine: APIClient, wish: dict[str, Any], at_ten: datetime) -> None:
    for hours in range(MAX_HELD):
        _held(mine, {**wish, "starts_at": (at_ten + timedelta(hours=hours)).isoformat()})

    refused = mine.post("/api/v1/holds", {**wish, "starts_at": (at_ten + timedelta(hours=MAX_HELD)).isoformat()})

    assert (refused.json()["code"], refused.json()["max_held"]) == ("too-many-holds", MAX_HELD)


def test_no_time_off_is_taken_over_it(
    mine: APIClient, wish: dict[str, Any], groomer: Groomer, client_of: ClientOf, at_ten: datetime
) -> None:
    hold = _held(mine, wish)
    body = {"starts_at": at_ten.isoformat(), "ends_at": (at_ten + timedelta(hours=1)).isoformat()}
    theirs = client_of(groomer.account)

    assert theirs.post("/api/v1/groomers/me/time-off", body).json()["code"] == "time-off-meets-hold"
    mine.delete(f"/api/v1/holds/{hold['id']}")
    assert theirs.post("/api/v1/groomers/me/time-off", body).status_code == 201


def test_the_page_draws_the_states_as_they_are() -> None:
    drawn = set(_ARROW.findall(PAGE.read_text(encoding="utf-8").partition("--> held\n")[2].partition("```")[0]))

    assert drawn == {(step.before, step.after, step.act) for step in HOLD_STEPS}
    assert {step.before for step in HOLD_STEPS} == {HoldState.HELD, HoldState.EXPIRED}


def test_an_account_that_leaves_holds_nothing(customer: Account, mine: APIClient, wish: dict[str, Any]) -> None:
    _held(mine, wish)

    forget_holds(account_id=customer.pk, now=timezone.now())

    assert not Hold.objects.exists()
    for act_id in due_ids(now=timezone.now() + timedelta(hours=1), at_most=10):
        carry_out(act_id, now=timezone.now() + timedelta(hours=1))
    assert not DueAct.objects.exclude(failure="").exists()
