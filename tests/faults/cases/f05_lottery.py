"""F5 again, at the worst moment of a lottery: its opening, when the list is shut, drawn, and numbers are written."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.cases.case import Case
from tests.faults.cases.f05_redis_lost import back_when_another_leads
from tests.faults.checkers.lottery import judge_lottery
from tests.faults.checkers.verdict import Verdict
from tests.faults.clients.customers import sessions_to
from tests.faults.drop import Drop, Stage, play
from tests.faults.ground import Ground, scene
from tests.faults.places import QUEUE_FOLDER
from tests.faults.servers.guards import Guard, without
from tests.faults.servers.redis_group import LoneRedis, RedisGroup
from tests.harness.api_client import ApiClient

DROP = Drop(
    customers=400, quantity=100, pace=50, arrive_seconds=5, line_order="lottery", opens_in_seconds=14, finish_seconds=60
)


async def _opening(stage: Stage) -> None:
    """Returns within a moment of it: all are registered, and nothing has been drawn yet."""
    async with sessions_to([stage.scene.queue_url(0)]) as [session]:
        line = await ApiClient(session).expect(200, method="GET", path=f"/queue/v1/events/{stage.event_id}")
    opens_at = datetime.fromisoformat(line["opens_at"])
    await stage.customers.until_in_line(DROP.customers, seconds=(opens_at - datetime.now(UTC)).total_seconds() - 0.5)
    await asyncio.sleep((opens_at - datetime.now(UTC)).total_seconds() + 0.05)


async def primary_killed(ground: Ground) -> Verdict:
    group = RedisGroup()

    async def inject(stage: Stage) -> None:
        await _opening(stage)
        primary = await asyncio.to_thread(group.primary)
        stage.injecting()
        group.servers[primary].kill()
        await back_when_another_leads(group, primary, group.servers[primary].start)

    with scene(ground, redis=group) as here:
        return judge_lottery(await play(here, DROP, inject))


HOLD = Guard(
    "lottery-hold",
    "scripts/shared/prelude.lua",
    "    if not m[8] and not is_being_rebuilt() then shut_list(now) end\n",
    "    if not m[8] then shut_list(now) end\n",
)


async def flushed(ground: Ground) -> Verdict:
    """People register again while the line waits, by their streams and by their tickets."""
    return await _flushed(ground, QUEUE_FOLDER)


async def flushed_without_a_hold(ground: Ground) -> Verdict:
    """The list is shut as this Redis has it: with nobody on it."""
    return await _flushed(ground, without(HOLD))


async def _flushed(ground: Ground, folder: Path) -> Verdict:
    redis = LoneRedis()

    async def inject(stage: Stage) -> None:
        await _opening(stage)
        stage.injecting()
        await asyncio.to_thread(redis.status().flushall)

    with scene(ground, redis=redis, queue_folder=folder) as here:
        return judge_lottery(await play(here, DROP, inject))


_PROMISE = "everybody who was registered has the number of the public draw, and the line opens within 15 s"

CASES = (
    Case(
        row="F5",
        name="Redis primary killed -9 at the opening of a lottery",
        promise=_PROMISE,
        guard="WAIT before a registration is acknowledged",
        play=primary_killed,
        control=None,
        unavailable_seconds_max=15,
    ),
    Case(
        row="F5",
        name="everything in Redis lost at the opening of a lottery (FLUSHALL)",
        promise=_PROMISE,
        guard="a list that is shut only when people could register again",
        play=flushed,
        control=flushed_without_a_hold,
        unavailable_seconds_max=15,
    ),
)
