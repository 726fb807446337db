from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from salon_kit.redis.script import Word

_instance_lost = line_script("instances/instance_lost")


async def instance_lost(redis: Redis, *, event_id: UUID, instance: str, grace_seconds: float, batch_size: int) -> int:
    """Begin the grace period of a dead instance's people. Repeat until it returns 0."""
    args: list[Word] = [instance, int(grace_seconds * 1000), batch_size]
    return int(await _instance_lost(redis, keys=line_keys(event_id), args=args))
