from __future__ import annotations

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import line_script
from salon_contracts.coupons import CouponEventChangedV1

_announce = line_script("announce")


async def announce(redis: Redis, *, event: CouponEventChangedV1) -> bool:
    """Tell the line what the operator decided. An older revision changes nothing."""
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
    )
    return bool(await _announce(redis, keys=line_keys(event.coupon_event_id), args=facts))
