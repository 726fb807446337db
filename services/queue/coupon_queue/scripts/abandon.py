from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import Word, line_script

_abandon = line_script("abandon")


async def abandon(redis: Redis, *, event_id: UUID, instance: str, grace_seconds: float, batch_size: int) -> int:
    """Begin the grace period of a dead instance's people. Repeat until it returns 0."""
    args: list[Word] = [instance, int(grace_seconds * 1000), batch_size]
    return int(await _abandon(redis, keys=line_keys(event_id), args=args))
