from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.places.place import Place
from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script

_stream_opened = line_script("places/stream_opened")


async def stream_opened(
    redis: Redis, *, event_id: UUID, instance: str, account_ids: Sequence[int]
) -> list[Place | None]:
    """Streams of these accounts are open here. Gives the place of each, None for one who is not in the line."""
    answers = await _stream_opened.kept(redis, keys=line_keys(event_id), args=[instance, *account_ids])
    return [Place.read(answer) if answer else None for answer in answers]
