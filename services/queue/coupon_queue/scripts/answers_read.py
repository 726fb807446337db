from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import line_script

_answers_read = line_script("answers_read")


async def loss_without_answers(redis: Redis, *, event_id: UUID) -> str:
    """The loss of Redis after which this line still waits for main's answers; empty when it waits for none."""
    return str(await _answers_read(redis, keys=line_keys(event_id), args=[""]))


async def answers_read(redis: Redis, *, event_id: UUID, loss: str) -> None:
    """All answers that there were at that loss are in this Redis again."""
    await _answers_read(redis, keys=line_keys(event_id), args=[loss])
