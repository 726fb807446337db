"""What the numbers for operators cost Redis, and how they are counted."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.line.activity import Activity
from coupon_queue.scripts import Joiner, Report
from tests.harness.coupon_events import coupon_event


async def test_a_look_costs_redis_the_same_however_many_wait(redis: Redis) -> None:
    costs = [await _cost_of_a_look(redis, waiting=waiting) for waiting in (10, 5_000)]

    assert costs[0] == costs[1]
    assert sum(costs[0].values()) < 40


async def _cost_of_a_look(redis: Redis, *, waiting: int) -> dict[str, int]:
    """How often Redis ran which command for one report and one look at it."""
    event = coupon_event(quantity=100_000)
    line = event.coupon_event_id
    await scripts.announce(redis, event=event)
    for start in range(0, waiting, 500):
        await asyncio.gather(*(_join(redis, line, n) for n in range(start + 1, min(start + 500, waiting) + 1)))
    report = Report(streams=waiting, joins_per_second=1.0, refusals={}, window=None)
    await scripts.report(redis, event_id=line, instance="queue-1", report=report)
    await scripts.overview(redis, event_id=line)  # both scripts are known to Redis now

    await redis.config_resetstat()
    await scripts.report(redis, event_id=line, instance="queue-1", report=report)
    seen = await scripts.overview(redis, event_id=line)

    calls = {name: stats["calls"] for name, stats in (await redis.info("commandstats")).items()}
    assert seen is not None
    assert (seen.waiting, seen.reports) == (waiting, [report])
    return calls


async def test_instances_that_fell_silent_are_struck_out(redis: Redis) -> None:
    event = coupon_event()
    line = event.coupon_event_id
    await scripts.announce(redis, event=event)
    report = Report(streams=1, joins_per_second=0.0, refusals={"line-full": 2}, window=7)
    await scripts.report(redis, event_id=line, instance="old", report=report)
    await redis.zadd(f"line:{{{line}}}:reported", {"old": 1})

    await scripts.report(redis, event_id=line, instance="new", report=report)

    seen = await scripts.overview(redis, event_id=line)
    assert seen is not None
    assert seen.reports == [report]
    assert await redis.hkeys(f"line:{{{line}}}:reports") == ["new"]


@pytest.mark.unit
def test_activity_counts_the_last_minute_and_forgets_what_is_idle() -> None:
    activity, event_id = Activity(), uuid4()
    for _ in range(30):
        activity.joined(event_id, now=100.0)
    activity.refused(event_id, "line-full", now=100.0)
    activity.refused(event_id, "line-full", now=130.0)

    first = activity.take(event_id, now=103.0)
    second = activity.take(event_id, now=165.0)

    assert (first.joins_per_second, first.refusals) == (10.0, {"line-full": 2})
    assert (second.joins_per_second, second.refusals) == (0.0, {"line-full": 1})
    assert activity.events(now=190.0) == [event_id]
    assert activity.events(now=191.0) == []


async def _join(redis: Redis, line: UUID, account_id: int) -> None:
    await scripts.join(redis, event_id=line, joiners=[Joiner(account_id, 0, "t")], grace_seconds=60)
