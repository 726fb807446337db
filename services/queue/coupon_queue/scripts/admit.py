from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import Word, line_script
from coupon_queue.scripts.reign import Deposed, Reign

_admit = line_script("admit")


class Admitted(NamedTuple):
    admitted: int
    stock_left: int
    in_flight: int
    waiting: int
    serving: int


async def admit(redis: Redis, *, event_id: UUID, reign: Reign, batch_size: int, window: int) -> Admitted:
    """Serve the front of the line. Raises Deposed."""
    args: list[Word] = [reign.epoch, reign.leader, batch_size, window]
    answer = await _admit.kept(redis, keys=line_keys(event_id), args=args)
    if answer == [-1]:
        raise Deposed
    return Admitted(*answer)
