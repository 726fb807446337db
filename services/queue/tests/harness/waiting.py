"""Waiting for what comes soon, with an end."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key
from salon_contracts.events.coupons import CouponEventChangedV1


def until(check: Any, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


async def eventually(check: Any, *, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while True:
        result = check()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)


async def until_streams_are_open(redis: Redis, event: CouponEventChangedV1, count: int, *, seconds: float = 15) -> None:
    async def attended() -> bool:
        total = 0
        for instance in map(str, await redis.smembers(line_key(event.coupon_event_id, "instances"))):
            total += await redis.scard(line_key(event.coupon_event_id, f"meta:streams:{instance}"))
        return bool(total == count)

    await eventually(attended, seconds=seconds)
