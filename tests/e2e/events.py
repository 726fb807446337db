"""Coupon events in the states that tests need."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.demo.scenarios.drop import act, announce_event, line_state_is
from tests.harness.people import Person


async def draft(operator: Person, *, quantity: int = 3, **more: int) -> str:
    now = datetime.now(UTC)
    event = await operator.door.expect(
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
