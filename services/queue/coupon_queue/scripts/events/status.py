from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script

_status = line_script("events/status")


class Status(NamedTuple):
    state: str
    serving: int
    waiting: int
    stock_left: int
    issued: int
    opens_at: datetime
    closes_at: datetime


async def status(redis: Redis, *, event_id: UUID) -> Status | None:
    """What anybody may know about a line; None when this Redis does not know the event."""
    answer = await _status(redis, keys=line_keys(event_id))
    if not answer:
        return None
    state, serving, waiting, stock_left, issued, opens_ms, closes_ms = answer
    return Status(state, int(serving), waiting, stock_left, issued, _time(opens_ms), _time(closes_ms))


def _time(ms: str) -> datetime:
    return datetime.fromtimestamp(int(ms) / 1000, UTC)
