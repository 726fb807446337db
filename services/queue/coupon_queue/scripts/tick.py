from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import Word, line_script
from coupon_queue.scripts.reign import Deposed, Reign

_tick = line_script("tick")


class Ticked(NamedTuple):
    """`frame` is empty when nothing had to be told."""

    frame: str
    state: str
    waiting: int
    in_flight: int
    oldest_claim_ms: int
    issued: int
    untold: int


async def tick(
    redis: Redis, *, event_id: UUID, reign: Reign, departures_max: int, stalled_seconds: float
) -> Ticked | None:
    """Publish the line's next frame. None when this Redis does not know the event. Raises Deposed."""
    args: list[Word] = [reign.epoch, reign.leader, departures_max, int(stalled_seconds * 1000)]
    answer = await _tick(redis, keys=line_keys(event_id), args=args)
    if answer == [-1]:
        raise Deposed
    return Ticked(*answer) if answer else None
