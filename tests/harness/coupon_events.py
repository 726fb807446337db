"""Coupon events in the states that a play needs, made and moved by an operator over the API."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from tests.harness.api_client import Unexpected
from tests.harness.people import Person


async def draft(operator: Person, *, quantity: int = 3, **more: int) -> str:
    now = datetime.now(UTC)
    event = await operator.api.expect(
        201,
        method="POST",
        path="/api/v1/coupon-events",
        json_body={
            "title": "시험 이벤트",
            "quantity": quantity,
            "discount_won": 1_000,
            "opens_at": (now + timedelta(hours=1)).isoformat(),
            "closes_at": (now + timedelta(hours=2)).isoformat(),
            **more,
        },
    )
    return str(event["id"])


async def published(operator: Person, *, quantity: int = 3) -> str:
    return await announce_event(operator, coupons=quantity)


async def opened(operator: Person, *, quantity: int = 3) -> str:
    event_id = await published(operator, quantity=quantity)
    await act(operator, event_id, "open")
    await line_state_is(operator, event_id, "open")
    return event_id


async def opened_and_held(operator: Person, *, quantity: int = 3) -> str:
    event_id = await published(operator, quantity=quantity)
    await act(operator, event_id, "pause")
    await act(operator, event_id, "open")
    await line_state_is(operator, event_id, "paused")
    return event_id


async def full_after(operator: Person, *, customers: int) -> str:
    """Held, and with room for so many only."""
    event_id = await draft(operator, max_waiting=customers)
    for deed in ("publish", "pause", "open"):
        await act(operator, event_id, deed)
    await line_state_is(operator, event_id, "paused")
    return event_id


async def announce_event(operator: Person, *, coupons: int, drain_seconds: int = 1, **more: object) -> str:
    """Create and publish an event that opens in an hour, and wait until the line has heard of it.

    A pace that makes the coupons last a few seconds gives people something to watch.
    """
    now = datetime.now(UTC)
    event = await operator.api.expect(
        201,
        method="POST",
        path="/api/v1/coupon-events",
        json_body={
            "title": "봄맞이 선착순 쿠폰",
            "quantity": coupons,
            "discount_won": 10_000,
            "opens_at": (now + timedelta(hours=1)).isoformat(),
            "closes_at": (now + timedelta(hours=3)).isoformat(),
            "pace_ceiling_per_second": max(1, coupons // drain_seconds),
            **more,
        },
    )
    await act(operator, event["id"], "publish")
    await operator.api.expect_soon(200, method="GET", path=f"/queue/v1/events/{event['id']}")
    return str(event["id"])


async def act(operator: Person, event_id: str, deed: str) -> None:
    await operator.api.expect(200, method="POST", path=f"/api/v1/coupon-events/{event_id}/{deed}", json_body={})


async def line_state_is(person: Person, event_id: str, state: str) -> None:
    """Wait until the line has heard what the operator decided."""
    deadline = asyncio.get_running_loop().time() + 15
    while True:
        answer = await person.api.call("GET", f"/queue/v1/events/{event_id}")
        if answer.status == 200 and answer.body["state"] == state:
            return
        if asyncio.get_running_loop().time() > deadline:
            raise Unexpected(asked=f"the line for 15 s to be {state}", answer=answer)
        await asyncio.sleep(0.05)
