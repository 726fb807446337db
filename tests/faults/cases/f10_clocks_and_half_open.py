"""F10: the clocks of Redis and of the queue step by ten minutes, and ten thousand connections are never used."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.faults.cases.case import Case
from tests.faults.checkers.drop import gap_in_issuing, judge
from tests.faults.checkers.verdict import Verdict
from tests.faults.clients.half_open import Occupied, occupy
from tests.faults.drop import Drop, Stage, play
from tests.faults.ground import Ground, scene
from tests.faults.places import QUEUE_FOLDER
from tests.faults.servers.clock import Clock
from tests.faults.servers.guards import Guard, without
from tests.faults.servers.redis_group import LoneRedis
from tests.harness.api_client import connections

STEP_SECONDS = 600
STEADY_SECONDS = 6.0
_BEFORE_MS = 700_000  # more than a step, so that no number is below zero
CLOCK_DROP = Drop(customers=600, quantity=450, pace=20, arrive_seconds=25)

HALF_OPEN_DROP = Drop(customers=300, quantity=250, pace=10, arrive_seconds=3)

_COUNT = "redis.call('HINCRBY', META, 'next_number', 1)"
COUNTER = Guard(
    "counter",
    "scripts/places/join.lua",
    f"  number = {_COUNT}\n",
    f"  number = (now_ms() - redis.call('HGET', META, 'opens_ms') + {_BEFORE_MS}) * 1000 + {_COUNT} % 1000\n",
)
REQUEST_LIMIT = Guard(
    "request-limit", "streams/line_protocol.py", "_REQUEST_SECONDS = 10.0", "_REQUEST_SECONDS = 3600.0"
)


async def clocks_step(ground: Ground) -> Verdict:
    return await _with_steps(ground, QUEUE_FOLDER)


async def clocks_step_and_order(ground: Ground) -> Verdict:
    """Numbers by the time of day, as a sorted set by time would have them, instead of by a counter.

    In milliseconds since shortly before the opening, so that they fit where numbers go: a claim holds 32 bits, and Lua
    writes a number of more than 14 digits as 1.8e+15.
    """
    return await _with_steps(ground, without(COUNTER))


async def _with_steps(ground: Ground, folder: Path) -> Verdict:
    redis_clock, queue_clock = Clock("redis"), Clock("queue")

    async def fault(stage: Stage) -> None:
        await stage.customers.until_issued(40, seconds=60)
        stage.injecting()
        for step in (STEP_SECONDS, -STEP_SECONDS, 0):
            redis_clock.step(step)
            queue_clock.step(-step)
            await asyncio.sleep(STEADY_SECONDS)

    redis = LoneRedis(prefix=redis_clock.prefix)
    with scene(ground, redis=redis, queue_prefix=queue_clock.prefix, queue_folder=folder) as here:
        return judge(await play(here, CLOCK_DROP, fault), unavailable=gap_in_issuing)


async def half_open(ground: Ground) -> Verdict:
    return await _with_half_open(ground, QUEUE_FOLDER)


async def half_open_for_ever(ground: Ground) -> Verdict:
    """A request may take as long as it likes to arrive, which is uvicorn's own habit."""
    return await _with_half_open(ground, without(REQUEST_LIMIT))


async def _with_half_open(ground: Ground, folder: Path) -> Verdict:
    occupied: list[Occupied] = []

    async def fault(stage: Stage) -> None:
        await stage.customers.until_issued(20, seconds=60)
        queue = stage.scene.queues[0]
        async with connections(stage.scene.queue_url(0)) as http:

            async def ask() -> None:
                async with http.get(f"queue/v1/events/{stage.event_id}") as answer:
                    await answer.read()

            stage.injecting()
            occupied.append(await occupy(queue.program.ports[0], pid=queue.pid, ask=ask))

    with scene(ground, queue_folder=folder) as here:
        history = await play(here, HALF_OPEN_DROP, fault)
    (found,) = occupied
    verdict = judge(history, unavailable=lambda _history: found.slowest_seconds)
    return replace(verdict, lost=(*verdict.lost, *found.wrong))


CASES = (
    Case(
        row="F10",
        name="the clocks of Redis and of both queues step by ten minutes, forth and back, against each other",
        promise="the order is unchanged, and no wait depends on the time of day",
        guard="numbers from a counter, not from a clock",
        play=clocks_step,
        control=clocks_step_and_order,
        unavailable_seconds_max=5,
    ),
    Case(
        row="F10",
        name="10,000 half-open connections to one queue instance",
        promise="bounded waits and memory; others are served as before",
        guard="a request has to arrive within 10 s",
        play=half_open,
        control=half_open_for_ever,
        unavailable_seconds_max=2,
    ),
)
