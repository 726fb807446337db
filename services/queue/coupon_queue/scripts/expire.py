from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import line_script
from coupon_queue.scripts.reign import Deposed, Reign

_expire = line_script("expire")


async def expire(redis: Redis, *, event_id: UUID, reign: Reign, batch_size: int) -> int:
    """Let go of people whose grace period ended. A full batch means: call again. Raises Deposed."""
    looked_at = int(await _expire(redis, keys=line_keys(event_id), args=[reign.epoch, reign.leader, batch_size]))
    if looked_at < 0:
        raise Deposed
    return looked_at
