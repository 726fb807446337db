from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.places.place import Place
from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script

_read_place = line_script("places/read_place")


async def read_place(redis: Redis, *, event_id: UUID, account_id: int, grace_seconds: float) -> Place | None:
    """The place of someone who polls; None when not in the line."""
    answer = await _read_place.kept(redis, keys=line_keys(event_id), args=[account_id, int(grace_seconds * 1000)])
    return Place.read(answer) if answer else None
