from __future__ import annotations

from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script

_leave = line_script("places/leave")


async def leave(redis: Redis, *, event_id: UUID, account_id: int) -> str:
    """Returns "left", or "claimed" or "issued" when it is too late to leave."""
    return str(await _leave.kept(redis, keys=line_keys(event_id), args=[account_id]))
