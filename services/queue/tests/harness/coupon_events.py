"""Coupon events as main publishes them, and when every instance has heard of one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import aiohttp

from salon_contracts.events.coupons import CouponEventChangedV1, EventState
from tests.harness.customer import http_session
from tests.harness.processes import QueueProcess
from tests.harness.waiting import eventually


def coupon_event(**changes: Any) -> CouponEventChangedV1:
    now = datetime.now(UTC)
    facts: dict[str, Any] = {
        "trace_id": "test-event",
        "coupon_event_id": uuid4(),
        "revision": 1,
        "state": EventState.PUBLISHED,
        "title": "spring",
        "quantity": 3,
        "opens_at": now - timedelta(minutes=1),
        "closes_at": now + timedelta(hours=1),
    }
    return CouponEventChangedV1(**{**facts, **changes})


async def until_known(event: CouponEventChangedV1, *queues: QueueProcess) -> None:
    """Until each has heard of it itself: through Redis it answers for what another one has heard."""
    async with http_session() as http:
        for queue in queues:
            await eventually(lambda queue=queue: queue.knows_of(event))
            await eventually(lambda queue=queue: _knows(http, f"{queue.url}/queue/v1/events/{event.coupon_event_id}"))


async def _knows(http: aiohttp.ClientSession, url: str) -> bool:
    async with http.get(url) as response:
        return response.status == 200
