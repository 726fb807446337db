"""The demo's three scenarios, smaller, judged by the same checkers."""

from __future__ import annotations

import asyncio
import os

import aiohttp
import pytest

from deploy.local.places import LOCAL
from tests.demo.checkers.booking import judge_race
from tests.demo.checkers.chat import judge_chat
from tests.demo.checkers.drop import judge_drop
from tests.demo.scenarios import booking, chat, drop
from tests.demo.scenarios.recorder import DropRecorder
from tests.e2e.conftest import Cast
from tests.harness.coupon_events import announce_event
from tests.harness.people import Person, sign_up
from tests.harness.statements import Statement
from tests.harness.system.backstage import Backstage
from tests.harness.system.personal import personal_in_logs


@pytest.mark.timeout(120)
async def test_a_drop_is_exact_and_everybody_is_told_the_truth(
    http: aiohttp.ClientSession, backstage: Backstage
) -> None:
    plan = drop.DropPlan(customers=60, coupons=12, signed_up=2, join_seconds=1.0, watch_seconds=1.5)
    attendance = await drop.gather_customers(http, backstage, plan)
    event_id = await announce_event(attendance.operator, coupons=plan.coupons, drain_seconds=3)
    recorder = DropRecorder(quantity=plan.coupons, customers=[person.id for person in attendance.people])

    running = drop.Drop(attendance, event_id=event_id, plan=plan, recorder=recorder)
    await running.run()
    history = await drop.history_of(running, attendance, backstage, event_id=event_id)

    assert _broken(judge_drop(history)) == []


@pytest.mark.timeout(120)
async def test_a_chat_through_two_mains_loses_doubles_and_reorders_nothing(
    http: aiohttp.ClientSession, base_url: str, cast: Cast, groomer: Person
) -> None:
    plan = chat.ChatPlan(base_url=base_url, messages_each=40)
    conversation = await chat.begin(plan, customer=await sign_up(http), groomer=groomer, groomer_id=cast.groomer_id)
    try:
        await conversation.run()
        history = await conversation.history(mains_ready=2)
    finally:
        await chat.end(conversation)

    assert _broken(judge_chat(history)) == []


async def test_one_of_many_gets_the_slot(customers: list[Person], backstage: Backstage) -> None:
    slot = await booking.find_slot(customers[0])

    history = await booking.race(customers[:10], slot, backstage)

    assert _broken(judge_race(history)) == []


async def test_a_groomer_sees_the_booking_and_a_cancelled_slot_is_free_again(
    customers: list[Person], backstage: Backstage
) -> None:
    slot = await booking.find_slot(customers[0])
    history = await booking.race(customers[:2], slot, backstage)
    won = next(attempt for attempt in history.attempts if attempt.status == 201)
    winner = next(person for person in customers if person.id == won.customer)

    cancelled = await winner.api.call("POST", f"/api/v1/bookings/{won.booking_id}/cancel", json_body={})

    assert (cancelled.status, cancelled.body["status"]) == (200, "cancelled")
    free = await booking.free_slots(winner, groomer_id=slot.groomer_id, treatment_id=slot.treatment_id)
    assert slot in free


async def test_nothing_that_anybody_did_here_is_personal_in_a_log() -> None:
    """By its shape, of this whole run: `tests/e2e/test_logs.py` looks for what one person is and did."""
    logs = LOCAL / os.environ.get("SALON_PROFILE", "test") / "logs"
    assert sum(path.stat().st_size for path in logs.rglob("*.log")) > 100_000, "nobody wrote these logs"

    found = await asyncio.to_thread(personal_in_logs, logs, words=["멍멍! 🐶", "어디까지 가나요?", "안녕하세요"])

    assert found == {}


def _broken(statements: list[Statement]) -> list[Statement]:
    return [statement for statement in statements if not statement.holds]
