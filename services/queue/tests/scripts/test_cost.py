"""What the line costs does not depend on how many wait."""

from __future__ import annotations

from uuid import UUID

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import Term
from coupon_queue.scripts.shared.line_keys import line_key
from tests.harness.coupon_events import coupon_event

TERM = Term("queue-1", 1)
BATCH = 20


async def line_with(redis: Redis, waiting: int) -> UUID:
    event = coupon_event(quantity=100_000)
    line = event.coupon_event_id
    await scripts.announce(redis, event=event)
    for start in range(1, waiting + 1, 5_000):
        numbers = range(start, min(start + 5_000, waiting + 1))
        await redis.zadd(line_key(line, "waiting"), {str(number): number for number in numbers})
        await redis.hset(line_key(line, "numbers"), mapping={str(number): f"{number} t" for number in numbers})
    await redis.hset(line_key(line, "meta"), "next_number", waiting)
    return line


async def commands_of(redis: Redis) -> dict[str, int]:
    """What Redis really ran, also inside the scripts."""
    stats = await redis.info("commandstats")
    return {name: int(facts["calls"]) for name, facts in stats.items()}


async def cost_of_one_second(redis: Redis, line: UUID) -> dict[str, int]:
    async def second() -> None:
        await scripts.expire(redis, event_id=line, term=TERM, batch_size=500, grace_seconds=60)
        await scripts.admit(redis, event_id=line, term=TERM, batch_size=BATCH, window=100_000)
        await scripts.tick(redis, event_id=line, term=TERM, departures_max=500, stalled_seconds=5)

    await second()  # loads the scripts
    before = await commands_of(redis)
    await second()
    after = await commands_of(redis)
    return {name: calls - before.get(name, 0) for name, calls in after.items() if calls != before.get(name, 0)}


@pytest.mark.parametrize("waiting", [20_000, 50_000])
async def test_redis_commands_per_tick_are_the_same_however_many_wait(redis: Redis, waiting: int) -> None:
    few, many = await line_with(redis, 1_000), await line_with(redis, waiting)

    costs = [await cost_of_one_second(redis, line) for line in (few, many)]

    assert costs[0] == costs[1]
    assert sum(costs[0].values()) < 50 + 12 * BATCH


async def test_a_frame_stays_small_when_thousands_leave_at_once(redis: Redis) -> None:
    line = await line_with(redis, 5_000)
    for account in range(1, 5_001, 2):  # every second one: nothing can be told as a range
        await scripts.leave(redis, event_id=line, account_id=account)

    frames = []
    untold = 1
    while untold:
        ticked = await scripts.tick(redis, event_id=line, term=TERM, departures_max=500, stalled_seconds=5)
        assert ticked is not None
        frames.append(ticked.frame)
        untold = ticked.unsent

    assert len(frames) == 5
    assert max(map(len, frames)) < 8_000
