from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from coupon_queue.scripts.shared.term import LostLease, Term
from salon_kit.redis.script import Word

_admit = line_script("leader/admit")


class Admitted(NamedTuple):
    admitted: int
    stock_left: int
    in_flight: int
    waiting: int
    serving: int


async def admit(redis: Redis, *, event_id: UUID, term: Term, batch_size: int, window: int) -> Admitted:
    """Serve the front of the line. Raises LostLease."""
    args: list[Word] = [term.epoch, term.leader, batch_size, window]
    answer = await _admit.kept(redis, keys=line_keys(event_id), args=args)
    if answer == [-1]:
        raise LostLease
    return Admitted(*answer)
