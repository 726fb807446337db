from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from salon_kit.redis.script import Word

_stream_closed = line_script("places/stream_closed")


async def stream_closed(
    redis: Redis, *, event_id: UUID, instance: str, account_ids: Sequence[int], grace_seconds: float
) -> int:
    """These accounts have no stream here any more. Returns how many grace periods began."""
    args: list[Word] = [instance, int(grace_seconds * 1000), *account_ids]
    return int(await _stream_closed(redis, keys=line_keys(event_id), args=args))
