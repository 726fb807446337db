"""F10: the clocks of Redis, of the Sentinels and of both queues step by ten minutes."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from pathlib import Path

from deploy.local.run.program import Program
from tests.faults.cases.f10_clocks_and_half_open import COUNTER, STEADY_SECONDS, STEP_SECONDS
from tests.faults.cases.two_zones.playing import on_two_zones, play_on_two_zones
from tests.faults.checkers.verdict import Verdict
from tests.faults.servers.clock import Clock
from tests.faults.servers.guards import without
from tests.faults.whole_play import Play
from tests.faults.whole_system import Parts

STORE = ("redis-", "sentinel-")


async def clocks_step(_ground: None) -> Verdict:
    return await _with_steps(None)


async def clocks_step_and_order(_ground: None) -> Verdict:
    """Numbers by the time of day."""
    return await _with_steps(without(COUNTER))


async def _with_steps(queue_folder: Path | None) -> Verdict:
    redis_clock, queue_clock = Clock("redis"), Clock("queue")

    def change(program: Program) -> Program:
        if program.name.startswith(STORE):
            return replace(program, command=[*redis_clock.prefix, *program.command])
        if program.name.startswith("queue-"):
            command = [*queue_clock.prefix, *program.command]
            return replace(program, command=command, cwd=queue_folder or program.cwd)
        return program

    async def fault(play: Play) -> None:
        play.judge_waits(time.monotonic())
        for step in (STEP_SECONDS, -STEP_SECONDS, 0):
            redis_clock.step(step)
            queue_clock.step(-step)
            await asyncio.sleep(STEADY_SECONDS)

    return await play_on_two_zones(fault, parts=Parts(change=change))


CASES = (
    on_two_zones(
        row="F10",
        name="two zones: the clocks of all Redis and of both queues step by ten minutes, against each other",
        promise="the order is unchanged, and no wait depends on the time of day",
        guard="numbers from a counter, not from a clock",
        play=clocks_step,
        control=clocks_step_and_order,
    ),
)
