"""F3: one of three Kafka brokers is killed under a drop, a chat and bookings; then a second; then both come back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from functools import partial

from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import TWO_ZONES
from tests.faults.servers import brokers_alone, zones
from tests.faults.servers.brokers_alone import name_of
from tests.faults.whole_play import Plan, Play, play_whole
from tests.faults.whole_system import Parts, WholeSystem, until, whole_system

PLAN = Plan(drop=Drop(customers=500, quantity=420, pace=8, arrive_seconds=40, finish_seconds=120))
ONE_DOWN_SECONDS = 18.0
TWO_DOWN_SECONDS = 8.0
# Longer than the controller takes to give a broker up.
ALONE_AFTER_SECONDS = 10.0
ALONE_SECONDS = 5.0
STALL_SECONDS_MAX = 15.0
WHOLE_WITHIN_SECONDS = 120.0
_UNSAFE = {"min.insync.replicas": "1", "unclean.leader.election.enable": "true"}


async def one_then_two_killed(_ground: None) -> Verdict:
    async def fault(play: Play) -> None:
        system, first, second = play.system, name_of(2), name_of(3)
        one_down = time.monotonic()
        system.kill(first)
        await asyncio.sleep(ONE_DOWN_SECONDS)
        play.judge_waits(one_down, time.monotonic())
        system.kill(second)
        await asyncio.sleep(TWO_DOWN_SECONDS)
        await asyncio.to_thread(system.bring_back, first, second)
        play.judge_waits(time.monotonic())
        await _in_step(system)

    with whole_system(Parts(), TWO_ZONES) as system:
        return await play_whole(system, PLAN, fault)


async def the_last_one_killed(_ground: None) -> Verdict:
    return await _the_last_one_killed({})


async def the_last_one_killed_unguarded(_ground: None) -> Verdict:
    """One broker alone acknowledges, dies, and those that missed it take over as they are."""
    return await _the_last_one_killed(_UNSAFE)


async def _the_last_one_killed(settings: Mapping[str, str]) -> Verdict:
    """Two brokers go; the third is alone for a while and then goes as well; the two come back, and it comes last."""
    parts = Parts(brokers=partial(brokers_alone.beside_a_controller, settings=settings))

    async def fault(play: Play) -> None:
        system, others = play.system, (name_of(2), name_of(3))
        system.kill(*others)
        await asyncio.sleep(ALONE_AFTER_SECONDS + ALONE_SECONDS)
        system.kill(name_of(1))
        await asyncio.to_thread(system.bring_back, *others)
        await asyncio.sleep(ALONE_SECONDS)
        await asyncio.to_thread(system.bring_back, name_of(1))
        play.judge_waits(time.monotonic())
        await _in_step(system)

    with whole_system(parts) as system:
        await asyncio.to_thread(brokers_alone.set_on_topics, system.main.brokers, settings)
        return await play_whole(system, PLAN, fault)


async def _in_step(system: WholeSystem) -> None:
    def is_whole() -> bool:
        return not list(zones.not_whole_of_kafka(system.main.brokers))

    seconds = await asyncio.to_thread(until, is_whole, what="copies in step", seconds=WHOLE_WITHIN_SECONDS)
    print(f"  every partition has all its copies in step again after {seconds:.1f} s", flush=True)


_brokers_killed = partial(Case, row="F3", unavailable_seconds_max=STALL_SECONDS_MAX, needs_ground=False)
CASES = (
    _brokers_killed(
        name="one of three brokers killed -9, then a second one; both come back",
        promise="nothing acknowledged is lost; refused clearly while two are down; goes on within 15 s",
        guard="three copies of which two acknowledge (the next case takes it away)",
        play=one_then_two_killed,
        control=None,
    ),
    _brokers_killed(
        name="two brokers killed -9, then the third; the two come back first",
        promise="what the third took alone was acknowledged to nobody",
        guard="min.insync.replicas=2 and no unclean election",
        play=the_last_one_killed,
        control=the_last_one_killed_unguarded,
    ),
)
