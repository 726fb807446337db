from __future__ import annotations

from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from salon_contracts.events.coupons import CouponEventChangedV1

_announce = line_script("events/announce")

# A fresh change is announced within a second or two. What is announced later was known before, unless main's clock is
# far off: then a new line opens some seconds late.
_FRESH = timedelta(seconds=10)


async def announce(redis: Redis, *, event: CouponEventChangedV1, announced_before: bool = False) -> bool:
    """Write to the line what the operator decided. An older revision changes nothing.

    A Redis that had the event before and does not know it has lost it.
    """
    facts = (
        event.revision,
        event.state.value,
        int(event.opens_at.timestamp() * 1000),
        int(event.closes_at.timestamp() * 1000),
        event.quantity,
        event.max_waiting,
        int(event.paused),
        str(event.coupon_event_id),
        event.message.model_dump_json() if event.message else "null",
        int(announced_before or datetime.now(UTC) - event.occurred_at > _FRESH),
        event.line_order.value,
        (event.draw.entries if event.draw else None) or 0,
    )
    return bool(await _announce(redis, keys=line_keys(event.coupon_event_id), args=facts))
