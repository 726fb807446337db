"""Behind Sentinels a place is acknowledged only when a replica has it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest

from coupon_queue import scripts
from coupon_queue.leader.claim_relay import ClaimRelay
from coupon_queue.leader.lines import Lines
from coupon_queue.leader.signals import LineSignals
from coupon_queue.outages import is_redis_outage
from coupon_queue.scripts import Joined, Joiner, Term
from coupon_queue.scripts.shared.line_keys import line_key
from coupon_queue.settings import Settings
from salon_kit.redis.connect import ReplicatedRedis
from salon_kit.redis.script import NotReplicated
from salon_kit.testing.redis_server import RedisProcess
from tests.harness.coupon_events import coupon_event
from tests.harness.main import Main
from tests.harness.waiting import eventually


@pytest.fixture
def replica(tmp_path: Path) -> Iterator[RedisProcess]:
    folder = tmp_path / "replica"
    folder.mkdir()
    process = RedisProcess(folder)
    yield process
    process.stop()


@asynccontextmanager
async def client(server: RedisProcess) -> AsyncIterator[ReplicatedRedis]:
    # It waits longer for an answer than `WAIT` may wait for a replica.
    redis = cast(ReplicatedRedis, ReplicatedRedis.from_url(server.url, decode_responses=True, socket_timeout=30))
    redis.wait_ms = 300
    try:
        yield redis
    finally:
        await redis.aclose()


async def joined(redis: ReplicatedRedis, event_id: UUID) -> object:
    [answer] = await scripts.join(redis, event_id=event_id, joiners=[Joiner(7, 0, "test")], grace_seconds=60)
    return answer


async def test_a_place_that_no_replica_has_is_not_acknowledged_and_is_found_again(
    redis_process: RedisProcess, replica: RedisProcess
) -> None:
    event = coupon_event()
    async with client(redis_process) as primary, client(replica) as follower:
        await primary.config_set(
            "repl-diskless-sync-delay", 0
        )  # else a primary lets five seconds pass for more replicas
        await scripts.announce(primary, event=event)

        with pytest.raises(NotReplicated) as refusal:
            await joined(primary, event.coupon_event_id)
        await follower.replicaof("127.0.0.1", redis_process.port)
        primary.wait_ms = 20_000
        found = await joined(primary, event.coupon_event_id)

        assert is_redis_outage(refusal.value)
        assert isinstance(found, Joined)
        assert (found.created, found.place.number) == (False, 1)
        assert await follower.zscore(line_key(event.coupon_event_id, "waiting"), "7") == 1


async def nobody_follows(redis: ReplicatedRedis) -> bool:
    return bool((await redis.info("replication"))["connected_slaves"] == 0)


async def test_a_primary_that_nobody_follows_any_more_tells_nobody_a_place(
    redis_process: RedisProcess, replica: RedisProcess
) -> None:
    """One that hung, was replaced and wakes up still gives its own old answers for a moment."""
    event = coupon_event()
    event_id = event.coupon_event_id
    async with client(redis_process) as replaced, client(replica) as follower:
        await replaced.config_set("repl-diskless-sync-delay", 0)
        await scripts.announce(replaced, event=event)
        await follower.replicaof("127.0.0.1", redis_process.port)
        replaced.wait_ms = 20_000
        assert isinstance(await joined(replaced, event_id), Joined)
        assert await scripts.read_place(replaced, event_id=event_id, account_id=7, grace_seconds=60)
        replaced.wait_ms = 300

        await follower.replicaof("no", "one")
        await eventually(lambda: nobody_follows(replaced))

        with pytest.raises(NotReplicated):
            await scripts.stream_opened(replaced, event_id=event_id, instance="here", account_ids=[7])
        with pytest.raises(NotReplicated):
            await scripts.read_place(replaced, event_id=event_id, account_id=7, grace_seconds=60)
        with pytest.raises(NotReplicated):
            await scripts.leave(replaced, event_id=event_id, account_id=7)


async def test_a_claim_that_a_failover_may_undo_is_not_carried_to_kafka(
    redis_process: RedisProcess, replica: RedisProcess
) -> None:
    """Main would issue a coupon for it that the line never gave, and the next in line would ask for the same unit."""
    event = coupon_event()
    event_id = event.coupon_event_id
    async with client(redis_process) as primary, client(replica) as follower:
        await primary.config_set("repl-diskless-sync-delay", 0)
        await scripts.announce(primary, event=event)
        for step in (joined(primary, event_id), admitted(primary, event_id)):
            with pytest.raises(NotReplicated):
                await step

        with pytest.raises(NotReplicated):
            await scripts.unsent_claims(primary, event_id=event_id, batch_size=10)
        await follower.replicaof("127.0.0.1", redis_process.port)
        primary.wait_ms = 20_000
        [unsent] = await scripts.unsent_claims(primary, event_id=event_id, batch_size=10)

        assert (unsent.claim.customer_id, unsent.claim.number, unsent.claim.serial) == (7, 1, 1)
        assert await follower.xlen(line_key(event_id, "claims")) == 1


async def test_the_relay_carries_a_claim_only_when_a_replica_has_it(
    redis_process: RedisProcess, replica: RedisProcess, brokers: str, main: Main
) -> None:
    event = coupon_event()
    event_id = event.coupon_event_id
    main.answers_events.add(event_id)
    async with client(redis_process) as primary, client(replica) as follower:
        await primary.config_set("repl-diskless-sync-delay", 0)
        await scripts.announce(primary, event=event)
        for step in (joined(primary, event_id), admitted(primary, event_id)):
            with pytest.raises(NotReplicated):
                await step
        lines = cast(Lines, Awake(event_id))
        settings = Settings.model_construct(kafka_brokers=brokers)
        relay = ClaimRelay(settings, redis=primary, lines=lines, signals=LineSignals(lines))
        carrying = asyncio.create_task(relay.run(Term("me", 1)))

        await eventually(lambda: has_looked(primary, event_id))
        carried_too_early = list(main.claims)
        await follower.replicaof("127.0.0.1", redis_process.port)
        await eventually(lambda: main.claims)

        carrying.cancel()
        assert carried_too_early == []
        assert [claim.customer_id for claim in main.claims] == [7]


class Awake:
    """One line, for a relay that asks for no more than which lines to look at."""

    def __init__(self, event_id: UUID) -> None:
        self._event_id = event_id

    def active(self) -> list[UUID]:
        return [self._event_id]


async def has_looked(redis: ReplicatedRedis, event_id: UUID) -> bool:
    """The relay read the claims, which leaves a mark."""
    return bool(await redis.hexists(line_key(event_id, "meta"), "relayed_ms"))


async def admitted(redis: ReplicatedRedis, event_id: UUID) -> object:
    return await scripts.admit(redis, event_id=event_id, term=Term("me", 1), batch_size=10, window=10)
