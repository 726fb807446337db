"""The draw of a lottery is published for good, and anyone can do it again."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from coupons.draws.services import take_entries
from coupons.models import CouponEvent
from coupons.models.draw import ENTRIES_A_ROW
from coupons.tests.conftest import MakeEvent
from coupons.tests.lotteries import list_of, published_lottery, some_entries
from salon_contracts.events.coupons import LineOrder
from salon_contracts.verify import draw
from salon_contracts.verify.draw import digest_of, entry_of

pytestmark = pytest.mark.django_db(transaction=True)

ClientOf = Callable[[Account], APIClient]
EVENTS = "/api/v1/coupon-events"


@pytest.fixture
def lottery(make_event: MakeEvent) -> CouponEvent:
    return published_lottery(make_event)


def _reveal(event: CouponEvent, entries: list[str]) -> None:
    pages = -(-len(entries) // 5_000) or 1
    for page in list_of(event, entries, pages=pages):
        take_entries(shut=page, now=timezone.now())


def _draw_of(event: CouponEvent, client: APIClient, **asked: int) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"{EVENTS}/{event.pk}/draw", asked).json()
    return answer


def test_before_the_draw_everybody_sees_the_commitment_and_nothing_else(
    lottery: CouponEvent, stranger: APIClient
) -> None:
    take_entries(shut=list_of(lottery, some_entries(4), pages=2)[0], now=timezone.now())

    assert _draw_of(lottery, stranger) == {
        "coupon_event_id": str(lottery.pk),
        "commitment": lottery.draw.commitment,
        "seed": None,
        "entries_digest": None,
        "entries": None,
        "items": [],
        "next": None,
    }


def test_after_the_draw_everybody_sees_what_it_was_made_from(lottery: CouponEvent, stranger: APIClient) -> None:
    entries = some_entries(3)

    _reveal(lottery, entries)

    assert _draw_of(lottery, stranger) == {
        "coupon_event_id": str(lottery.pk),
        "commitment": lottery.draw.commitment,
        "seed": lottery.draw.seed,
        "entries_digest": digest_of(event_id=str(lottery.pk), entries=entries),
        "entries": 3,
        "items": entries,
        "next": None,
    }


@pytest.mark.parametrize("limit", [1, 999, ENTRIES_A_ROW, ENTRIES_A_ROW + 1, 10_000])
def test_pages_of_any_size_make_the_whole_list(lottery: CouponEvent, stranger: APIClient, limit: int) -> None:
    entries = some_entries(10_003 if limit > 1 else 5)
    _reveal(lottery, entries)

    read: list[str] = []
    after: int | None = 0
    while after is not None:
        page = _draw_of(lottery, stranger, after=after, limit=limit)
        assert page["next"] is None or len(page["items"]) == limit
        read, after = [*read, *page["items"]], page["next"]

    assert read == entries


def test_past_the_end_there_is_nothing_and_a_thousand_is_the_usual_page(
    lottery: CouponEvent, stranger: APIClient
) -> None:
    _reveal(lottery, some_entries(1_200))

    usual, past = _draw_of(lottery, stranger), _draw_of(lottery, stranger, after=1_200)

    assert (len(usual["items"]), usual["next"]) == (1_000, 1_000)
    assert (past["items"], past["next"], past["entries"]) == ([], None, 1_200)


@pytest.mark.parametrize(("name", "value"), [("after", "-1"), ("after", "x"), ("limit", "0"), ("limit", "10001")])
def test_a_page_that_cannot_be_is_refused(lottery: CouponEvent, stranger: APIClient, name: str, value: str) -> None:
    answer = stranger.get(f"{EVENTS}/{lottery.pk}/draw", {name: value})

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, name)


def test_only_published_lotteries_have_a_draw(make_event: MakeEvent, operator: Account, client_of: ClientOf) -> None:
    client = client_of(operator)
    fifo = make_event()
    draft = make_event(state=CouponEvent.State.DRAFT, line_order=LineOrder.LOTTERY)

    answers = [client.get(f"{EVENTS}/{one}/draw") for one in (fifo.pk, draft.pk, uuid4())]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "not-a-lottery"), (404, "unknown-event"), (404, "unknown-event"),
    ]  # fmt: skip


def test_an_event_says_how_its_line_is_ordered(
    lottery: CouponEvent, make_event: MakeEvent, operator: Account, client_of: ClientOf
) -> None:
    fifo = make_event()
    draft = make_event(state=CouponEvent.State.DRAFT, line_order=LineOrder.LOTTERY)

    with CaptureQueriesContext(connection) as queries:
        listed = client_of(operator).get(EVENTS).json()["items"]

    answers = {item["id"]: (item["line_order"], item["order_commitment"]) for item in listed}
    assert answers == {
        str(fifo.pk): ("fifo", None),
        str(draft.pk): ("lottery", None),
        str(lottery.pk): ("lottery", lottery.draw.commitment),
    }
    assert len([query for query in queries if "coupons_" in query["sql"]]) == 1


def test_a_customer_finds_their_number_with_nothing_but_python(
    lottery: CouponEvent, stranger: APIClient, tmp_path: Path
) -> None:
    tickets = [f"header.{uuid4().hex}.signature" for _ in range(30)]
    _reveal(lottery, sorted(map(entry_of, tickets)))
    files = []
    for after in (0, 20):
        files.append(tmp_path / f"{after}.json")
        files[-1].write_text(json.dumps(_draw_of(lottery, stranger, after=after, limit=20)))

    numbers = set()
    for ticket in tickets[:5]:
        command = [sys.executable, "-I", "-S", draw.__file__, *map(str, files), "--ticket", ticket]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        assert (done.returncode, done.stderr) == (0, "")
        numbers.add(int(done.stdout.split()[-1]))

    assert len(numbers) == 5
    assert numbers <= set(range(1, 31))
