from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from coupon_queue.scripts.shared.term import LostLease, Term
from salon_kit.redis.script import Word

_expire = line_script("leader/expire")


async def expire(redis: Redis, *, event_id: UUID, term: Term, batch_size: int, grace_seconds: float) -> int:
    """Let go of people whose grace period ended. A full batch means: call again. Raises LostLease."""
    args: list[Word] = [term.epoch, term.leader, batch_size, int(grace_seconds * 1000)]
    looked_at = int(await _expire(redis, keys=line_keys(event_id), args=args))
    if looked_at < 0:
        raise LostLease
    return looked_at
