from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.outages import is_outage
from coupon_queue.scripts.shared.line_keys import line_key, line_keys
from coupon_queue.scripts.shared.lua import line_script

_answers_read = line_script("answers/answers_read")


async def losses_without_answers(redis: Redis, *, event_ids: Sequence[UUID]) -> dict[UUID, str]:
    """For each line that still waits for main's answers, the loss of Redis (its time in ms) since which it does.

    One round trip, however many lines are asked for.
    """
    async with redis.pipeline(transaction=False) as looks:
        for event_id in event_ids:
            looks.hmget(line_key(event_id, "meta"), "rebuilt_from_ms", "answers_read")
        found = await looks.execute(raise_on_error=False)
    outage = next((reply for reply in found if isinstance(reply, Exception) and is_outage(reply)), None)
    if outage is not None:
        raise outage
    # A line that cannot be read waits: its own steps tell of it.
    held = [(one, reply) for one, reply in zip(event_ids, found, strict=True) if not isinstance(reply, Exception)]
    return {event_id: str(loss) for event_id, (loss, answered) in held if loss and loss != answered}


async def answers_read(redis: Redis, *, event_id: UUID, loss: str) -> None:
    """All answers that there were at that loss are in this Redis again."""
    await _answers_read(redis, keys=line_keys(event_id), args=[loss])
