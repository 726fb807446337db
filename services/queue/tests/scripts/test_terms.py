"""Who leads: a lease, an epoch for each term, and what a step of an older term may not do."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from coupon_queue import scripts
from coupon_queue.scripts import LostLease, Term
from tests.scripts.line_steps import admit, joined, new_line


async def test_a_leader_that_lost_its_lease_changes_nothing(redis: Redis) -> None:
    line = await new_line(redis)
    for account in (1, 2):
        await joined(redis, line, account, grace=0)
    assert await admit(redis, line, batch=1, term=Term("new", 2)) == 1
    before = {key: await redis.dump(key) for key in await redis.keys("line:*")}

    old = Term("old", 1)
    with pytest.raises(LostLease):
        await admit(redis, line, term=old)
    with pytest.raises(LostLease):
        await scripts.tick(redis, event_id=line, term=old, departures_max=10, stalled_seconds=5)
    with pytest.raises(LostLease):
        await scripts.expire(redis, event_id=line, term=old, batch_size=10, grace_seconds=60)
    with pytest.raises(LostLease):
        await admit(redis, line, term=Term("impostor", 2))

    assert {key: await redis.dump(key) for key in await redis.keys("line:*")} == before


async def test_one_instance_leads_until_its_lease_ends_and_every_term_has_a_higher_epoch(redis: Redis) -> None:
    first = await scripts.take_lead(redis, leader="a", lease_seconds=0.2)
    refused_to_other = await scripts.take_lead(redis, leader="b", lease_seconds=0.2)
    renewed = await scripts.take_lead(redis, leader="a", lease_seconds=0.2)
    await asyncio.sleep(0.25)
    second = await scripts.take_lead(redis, leader="b", lease_seconds=5)
    await scripts.resign(redis, leader="a")
    still = await scripts.take_lead(redis, leader="a", lease_seconds=5)

    assert first is not None
    assert second is not None
    assert first == renewed
    assert refused_to_other is None
    assert (first.leader, second.leader) == ("a", "b")
    assert second.epoch > first.epoch
    assert still is None


async def test_where_the_clock_of_redis_went_back_a_dead_leader_leads_no_longer_than_its_lease(redis: Redis) -> None:
    assert await scripts.take_lead(redis, leader="dead", lease_seconds=3600)

    assert await scripts.take_lead(redis, leader="b", lease_seconds=0.2) is None
    await asyncio.sleep(0.25)

    assert await scripts.take_lead(redis, leader="b", lease_seconds=0.2) is not None


async def test_an_epoch_is_never_given_again_even_after_redis_was_lost(redis: Redis) -> None:
    before = await scripts.take_lead(redis, leader="a", lease_seconds=5)
    await asyncio.sleep(0.01)
    await redis.flushall()

    after = await scripts.take_lead(redis, leader="b", lease_seconds=5)

    assert before is not None
    assert after is not None
    assert after.epoch > before.epoch


async def test_a_read_position_that_went_back_with_redis_is_noticed(redis: Redis) -> None:
    await scripts.advance(redis, partition=0, expected=0, position=10)
    await redis.flushall()

    held = await scripts.advance(redis, partition=0, expected=10, position=12)

    assert held == 0
    assert await scripts.positions(redis) == {}
