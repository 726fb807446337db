from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.places.place import Place
from coupon_queue.scripts.shared.line_keys import line_keys
from coupon_queue.scripts.shared.lua import line_script
from salon_kit.redis.script import Word

_join = line_script("places/join")


class Joiner(NamedTuple):
    """Who asks for a place. `ticket_number` is that of a verified ticket, or 0.

    `entry` is that of a registration's ticket (`salon_contracts.verify.draw`), which has no number of its own.
    """

    account_id: int
    ticket_number: int
    trace_id: str
    entry: str = ""


class Joined(NamedTuple):
    created: bool
    place: Place


class NotJoined(NamedTuple):
    """`refusal` is unknown-event, not-yet-open, closed, sold-out, line-full, or not-in-line for `restore`."""

    refusal: str
    opens_at: datetime | None = None


async def join(
    redis: Redis, *, event_id: UUID, joiners: Sequence[Joiner], grace_seconds: float
) -> list[Joined | NotJoined]:
    """Give each its one place, in one step and in this order. Answers in the same order."""
    return await _call(redis, event_id, joiners, grace_seconds, only_restore=0)


async def restore(redis: Redis, *, event_id: UUID, joiner: Joiner, grace_seconds: float) -> Joined | NotJoined:
    """Bring back the place of a stream that is open here, after Redis was lost. Never gives a new number."""
    [answer] = await _call(redis, event_id, [joiner], grace_seconds, only_restore=1)
    return answer


async def _call(
    redis: Redis, event_id: UUID, joiners: Sequence[Joiner], grace_seconds: float, *, only_restore: int
) -> list[Joined | NotJoined]:
    # One word for each: packing and parsing many costs more than the step itself.
    people = [
        f"{account_id} {'e' + entry if entry else number} {trace_id}" for account_id, number, trace_id, entry in joiners
    ]
    args: list[Word] = [int(grace_seconds * 1000), only_restore, *people]
    answers: str = await _join.kept(redis, keys=line_keys(event_id), args=args)
    return [_read(line) for line in answers.split("\n")]


def _read(line: str) -> Joined | NotJoined:
    first, *rest = line.split("|")
    if first in {"0", "1"}:
        return Joined(created=first == "1", place=Place.read(rest))
    opens_at = datetime.fromtimestamp(int(rest[0]) / 1000, UTC) if rest else None
    return NotJoined(refusal=first, opens_at=opens_at)
