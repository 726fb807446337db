"""A list of events tells the truth of each: what is sold out or drawn is not shown as going on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.events.phases import Phase, phase_of
from coupons.issuing.services import issue_coupons
from coupons.models import CouponEvent
from coupons.tests.conftest import MakeEvent, claim, make_customers
from coupons.tests.lotteries import published_lottery
from salon_contracts.events.coupons import FIRST_SIMULATED_ACCOUNT

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/coupon-events"


def issue(event: CouponEvent, count: int) -> None:
    customers = make_customers(count)
    claims = [claim(event, customer, serial) for serial, customer in enumerate(customers, start=1)]
    assert len(issue_coupons(claims=claims, now=timezone.now()).issued) == count


def phase_in_list(client: APIClient, event: CouponEvent) -> str:
    items: list[dict[str, Any]] = client.get(ADDRESS, {"limit": 100}).json()["items"]
    return str(next(item["phase"] for item in items if item["id"] == str(event.pk)))


def test_a_drop_whose_coupons_are_all_issued_is_sold_out_and_one_before_the_last_is_open(
    make_event: MakeEvent, stranger: APIClient
) -> None:
    finished, running = make_event(quantity=3), make_event(quantity=3)
    issue(finished, 3)
    issue(running, 2)

    phases = [phase_in_list(stranger, event) for event in (finished, running)]
    detail = stranger.get(f"{ADDRESS}/{finished.pk}").json()

    assert phases == ["sold-out", "open"]
    assert detail["phase"] == "sold-out"


def test_a_coupon_that_is_issued_out_of_order_does_not_end_a_drop(
    make_event: MakeEvent, customer: Account, stranger: APIClient
) -> None:
    event = make_event(quantity=3)
    issue_coupons(claims=[claim(event, customer, 3)], now=timezone.now())

    assert phase_in_list(stranger, event) == "open"


def test_a_lottery_is_drawn_when_its_seed_is_revealed(make_event: MakeEvent, stranger: APIClient) -> None:
    event = published_lottery(make_event)
    before = phase_in_list(stranger, event)

    draw = event.draw
    draw.entries_digest, draw.entries, draw.revealed_at = "0" * 64, 0, timezone.now()
    draw.save()

    assert [before, phase_in_list(stranger, event)] == ["drawing", "open"]


@pytest.mark.parametrize(
    ("facts", "phase"),
    [
        ({"state": CouponEvent.State.DRAFT}, Phase.DRAFT),
        ({"paused": True}, Phase.PAUSED),
        ({"state": CouponEvent.State.CLOSED}, Phase.CLOSED),
    ],
)
def test_otherwise_it_is_what_the_operator_decided(make_event: MakeEvent, facts: dict[str, Any], phase: Phase) -> None:
    assert phase_of(make_event(**facts), now=timezone.now()) is phase


@pytest.mark.parametrize(
    ("after", "phase"),
    [(timedelta(minutes=-5), Phase.NOT_OPEN), (timedelta(0), Phase.OPEN), (timedelta(hours=2), Phase.CLOSED)],
)
def test_and_what_the_clock_says(make_event: MakeEvent, after: timedelta, phase: Phase) -> None:
    assert phase_of(make_event(), now=timezone.now() + after) is phase


def test_operators_see_that_a_rehearsal_has_given_all_it_had(
    make_event: MakeEvent, operator: Account, client_of: Callable[[Account], APIClient]
) -> None:
    event = make_event(quantity=2, rehearsal=True)
    claims = [claim(event, FIRST_SIMULATED_ACCOUNT + serial, serial) for serial in (1, 2)]
    issue_coupons(claims=claims, now=timezone.now())

    assert phase_in_list(client_of(operator), event) == "sold-out"


def test_the_list_asks_no_more_for_many_events_than_for_one(make_event: MakeEvent, stranger: APIClient) -> None:
    asked = []
    for _ in range(2):
        make_event()
        make_event()
        with CaptureQueriesContext(connection) as queries:
            stranger.get(ADDRESS)
        asked.append(len(queries))

    assert asked[0] == asked[1]
