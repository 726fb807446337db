from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from redis.asyncio import Redis

from coupon_queue.scripts.shared.line_keys import line_key, line_keys
from coupon_queue.scripts.shared.lua import line_script
from coupon_queue.scripts.shared.term import LostLease, Term
from salon_kit.redis.script import Word

_draw = line_script("draws/draw")


class Lot(NamedTuple):
    """One drawn number. `account_id` is 0 for someone whom this Redis does not know, `number` 0 behind the list."""

    number: int
    account_id: int
    entry: str


async def draw(
    redis: Redis,
    *,
    event_id: UUID,
    term: Term,
    lots: Sequence[Lot],
    entries: int,
    is_last: bool,
    grace_seconds: float,
) -> int:
    """Write some of the drawn numbers; the last ones open the line. Returns how many got one. Raises LostLease."""
    words = [f"{number} {account_id} {entry}" for number, account_id, entry in lots]
    args: list[Word] = [term.epoch, term.leader, int(grace_seconds * 1000), int(is_last), entries, *words]
    # A replica that has the last batch has all before it.
    call = _draw.kept if is_last else _draw
    given = int(await call(redis, keys=line_keys(event_id), args=args))
    if given == -1:
        raise LostLease
    return given


async def registered(redis: Redis, *, event_id: UUID) -> list[int] | None:
    """The accounts that take part in a draw; None while the list is not shut, and may change."""
    if not await redis.hexists(line_key(event_id, "meta"), "shut_ms"):
        return None
    # A list that is shut does not change, so a scan sees it whole.
    return [int(account) async for account, _ in redis.hscan_iter(line_key(event_id, "registered"), count=1000)]
