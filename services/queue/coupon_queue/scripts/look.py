from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import line_script
from coupon_queue.scripts.place import Place

_look = line_script("look")


async def look(redis: Redis, *, event_id: UUID, account_id: int, grace_seconds: float) -> Place | None:
    """The place of someone who polls; None when not in the line."""
    answer = await _look.kept(redis, keys=line_keys(event_id), args=[account_id, int(grace_seconds * 1000)])
    return Place.read(answer) if answer else None
