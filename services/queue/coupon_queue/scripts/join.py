from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.line_keys import line_keys
from coupon_queue.scripts.lua import Word, line_script
from coupon_queue.scripts.place import Place

_join = line_script("join")


class Joined(NamedTuple):
    created: bool
    place: Place


class NotJoined(NamedTuple):
    """`refusal` is unknown-event, not-yet-open, closed, sold-out, line-full, or not-in-line for `restore`."""

    refusal: str
    opens_at: datetime | None = None


async def join(
    redis: Redis, *, event_id: UUID, account_id: int, ticket_number: int, trace_id: str, grace_seconds: float
) -> Joined | NotJoined:
    """Take the account's one place. `ticket_number` is that of a verified ticket, or 0."""
    args = (account_id, ticket_number, trace_id, int(grace_seconds * 1000), 0)
    return await _read_join(redis, event_id, args)


async def restore(
    redis: Redis, *, event_id: UUID, account_id: int, number: int, trace_id: str, grace_seconds: float
) -> Joined | NotJoined:
    """Bring back the place of a stream that is open here, after Redis was lost. Never gives a new number."""
    return await _read_join(redis, event_id, (account_id, number, trace_id, int(grace_seconds * 1000), 1))


async def _read_join(redis: Redis, event_id: UUID, args: Sequence[Word]) -> Joined | NotJoined:
    first, *rest = await _join.kept(redis, keys=line_keys(event_id), args=args)
    if isinstance(first, int):
        return Joined(created=bool(first), place=Place.read(rest))
    opens_at = datetime.fromtimestamp(int(rest[0]) / 1000, UTC) if rest else None
    return NotJoined(refusal=first, opens_at=opens_at)
