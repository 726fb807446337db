"""F5: the Redis primary dies, hangs, or dies while its replicas lag, during a drop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from tests.faults.cases.case import Case
from tests.faults.checkers.drop import gap_in_issuing, judge
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop, Fault, Stage, play
from tests.faults.ground import Ground, scene
from tests.faults.places import QUEUE_FOLDER
from tests.faults.servers.guards import Guard, without
from tests.faults.servers.redis_group import LoneRedis, RedisGroup

# People still arrive while the primary goes, so that places are being given at that moment.
DROP = Drop(customers=600, quantity=400, pace=30, arrive_seconds=12)
BEHIND_SECONDS = 1.5
# Late enough that the event is no news any more, and while people still come.
FLUSHED_DROP = replace(DROP, pace=15, arrive_seconds=25)
HOLD = Guard(
    "hold",
    "scripts/shared/prelude.lua",
    "local function is_being_rebuilt()\n",
    "local function is_being_rebuilt()\n  do return false end\n",
)
WAIT = Guard(
    "wait",
    "scripts/shared/lua.py",
    "    return Script(",
    "    class AtOnce(Script):\n        kept = Script.__call__\n\n    return AtOnce(",
)


def _with_group(fault: Callable[[Stage, RedisGroup], Awaitable[None]]) -> Callable[[Ground], Awaitable[Verdict]]:
    async def run(ground: Ground) -> Verdict:
        group = RedisGroup()

        async def inject(stage: Stage) -> None:
            await fault(stage, group)

        return await _judged(ground, group, DROP, inject)

    return run


async def _judged(ground: Ground, group: RedisGroup, drop: Drop, fault: Fault) -> Verdict:
    with scene(ground, redis=group) as here:
        return judge(await play(here, drop, fault), unavailable=gap_in_issuing)


async def _killed(stage: Stage, group: RedisGroup) -> None:
    """It comes back as a replica once another one leads."""
    await stage.customers.until_issued(60, seconds=60)
    primary = await asyncio.to_thread(group.primary)
    stage.injecting()
    group.servers[primary].kill()
    await back_when_another_leads(group, primary, group.servers[primary].start)


async def _isolated(stage: Stage, group: RedisGroup) -> None:
    """Wakes up believing that it still is the primary, and is made a replica."""
    await stage.customers.until_issued(60, seconds=60)
    primary = await asyncio.to_thread(group.primary)
    stage.injecting()
    group.servers[primary].freeze()
    await back_when_another_leads(group, primary, group.servers[primary].thaw)


async def _killed_ahead_of_its_replicas(stage: Stage, group: RedisGroup) -> None:
    """For a moment nothing reaches the replicas; then the primary dies, and one of them takes over as it is.

    A frozen replica would still find in its socket what was sent meanwhile, so the connections are cut as well.
    """
    await stage.customers.until_issued(60, seconds=60)
    primary = await asyncio.to_thread(group.primary)
    behind = await asyncio.to_thread(group.replicas)
    stage.injecting()
    for replica in behind:
        replica.freeze()
    await asyncio.to_thread(group.cut_off, primary)
    await asyncio.sleep(BEHIND_SECONDS)
    group.servers[primary].kill()
    for replica in behind:
        replica.thaw()
    await back_when_another_leads(group, primary, group.servers[primary].start)


async def back_when_another_leads(group: RedisGroup, old: str, back: Callable[[], None]) -> None:
    seconds = await asyncio.to_thread(group.wait_for_another_primary, old)
    print(f"  the Sentinels agreed on another primary after {seconds:.1f} s", flush=True)
    await asyncio.sleep(2)
    await asyncio.to_thread(back)


async def flushed(ground: Ground) -> Verdict:
    """Everything that Redis knew is gone; what the customers and main's events know is not."""
    return await _flushed(ground, FLUSHED_DROP)


async def flushed_without_a_hold(ground: Ground) -> Verdict:
    """New numbers are given, and people served, before the old numbers are back."""
    return await _flushed(ground, FLUSHED_DROP, without(HOLD))


async def _flushed(ground: Ground, drop: Drop, folder: Path = QUEUE_FOLDER) -> Verdict:
    redis = LoneRedis()

    async def inject(stage: Stage) -> None:
        await stage.customers.until_issued(180, seconds=60)
        stage.injecting()
        await asyncio.to_thread(redis.status().flushall)

    with scene(ground, redis=redis, queue_folder=folder) as here:
        return judge(await play(here, drop, inject), unavailable=gap_in_issuing)


async def killed_unguarded(ground: Ground) -> Verdict:
    """A place is acknowledged before a replica has it, and the customer's client keeps no ticket."""
    folder = without(WAIT)
    group = RedisGroup(keeps_apart=False)

    async def inject(stage: Stage) -> None:
        await _killed_ahead_of_its_replicas(stage, group)

    forgetful = replace(DROP, remembers_ticket=False)
    with scene(ground, redis=group, queue_folder=folder) as here:
        return judge(await play(here, forgetful, inject), unavailable=gap_in_issuing)


_GUARD = "WAIT before a place is acknowledged, min-replicas-to-write, and the ticket"
_PROMISE = "no unit twice, no place lost, the line goes on within 15 s"

CASES = (
    Case(
        row="F5",
        name="Redis primary killed -9 during a drop",
        promise=_PROMISE,
        guard=_GUARD,
        play=_with_group(_killed),
        control=None,
        unavailable_seconds_max=15,
    ),
    Case(
        row="F5",
        name="Redis primary isolated during a drop (SIGSTOP), continued after the failover",
        promise=_PROMISE,
        guard=_GUARD,
        play=_with_group(_isolated),
        control=None,
        unavailable_seconds_max=15,
    ),
    Case(
        row="F5",
        name="Redis primary cut off from its replicas, and killed -9 1.5 s later",
        promise=_PROMISE,
        guard=_GUARD,
        play=_with_group(_killed_ahead_of_its_replicas),
        control=killed_unguarded,
        unavailable_seconds_max=15,
    ),
    Case(
        row="F5",
        name="everything in Redis lost during a drop (FLUSHALL)",
        promise=_PROMISE,
        guard="a hold until the answers are read again, in which places come back",
        play=flushed,
        control=flushed_without_a_hold,
        unavailable_seconds_max=15,
    ),
)
