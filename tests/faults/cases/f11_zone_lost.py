"""F11: every process of one zone is killed at once, its servers too, while all goes on; then the zone is back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from deploy.local.run.program import Program
from tests.faults.cases.case import Case
from tests.faults.cases.f05_redis_lost import WAIT
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import TWO_ZONES
from tests.faults.servers import zones
from tests.faults.servers.guards import without
from tests.faults.whole_play import Plan, Play, play_whole
from tests.faults.whole_system import Parts, until, whole_system

PLAN = Plan(drop=Drop(customers=600, quantity=500, pace=8, arrive_seconds=50, finish_seconds=120))
SHORT_PLAN = Plan(
    drop=Drop(customers=150, quantity=120, pace=5, arrive_seconds=20, finish_seconds=60), rooms=2, bookers=4
)
GOES_ON_WITHIN_SECONDS = 15.0
LOST_SECONDS = 25.0
WHOLE_WITHIN_SECONDS = 90.0
BEHIND_SECONDS = 1.5


async def lose(play: Play, zone: str, *, for_seconds: float, at_once: Callable[[], None] = lambda: None) -> None:
    """From the loss on every wait counts, also while the zone comes back. `at_once`: in the moment of the loss."""
    system = play.system
    names = system.profile.topology.names_in(zone)
    led = [
        await asyncio.to_thread(leader, system.profile) for leader in (zones.primary_of_mysql, zones.primary_of_redis)
    ]
    play.judge_waits(time.monotonic())
    system.kill(*names)
    at_once()
    print(f"  killed {len(names)} processes of zone {zone}; primaries were {', '.join(led)}", flush=True)
    await asyncio.sleep(for_seconds)
    await asyncio.to_thread(system.bring_back, *names)
    not_whole = partial(zones.what_is_not_whole, system.profile, system.main.brokers)
    try:
        what = "whole system"
        seconds = await asyncio.to_thread(until, lambda: not not_whole(), what=what, seconds=WHOLE_WITHIN_SECONDS)
        print(f"  the zone is back: copies in step, three members online, Sentinels agree, {seconds:.1f} s", flush=True)
    except TimeoutError:
        play.complaints.extend(not_whole())


async def zone_b(_ground: None) -> Verdict:
    """It holds replicas, and half of everything that answers."""
    return await _play("b")


async def zone_a(_ground: None) -> Verdict:
    """It holds the primaries of MySQL and Redis as well."""
    return await _play("a")


async def third_place(_ground: None) -> Verdict:
    """It holds one vote of each store, and the one engine of chat's history: messages wait for it in the log."""
    return await _play("c")


async def _play(zone: str) -> Verdict:
    with whole_system(Parts(), TWO_ZONES) as system:
        return await play_whole(system, PLAN, partial(lose, zone=zone, for_seconds=LOST_SECONDS))


async def zone_a_behind(_ground: None) -> Verdict:
    with whole_system(Parts(), TWO_ZONES) as system:
        return await play_whole(system, PLAN, _lose_zone_a_when_behind)


async def zone_a_behind_unguarded(_ground: None) -> Verdict:
    """A place is acknowledged when the primary has it, alone or not, and nobody keeps a ticket."""
    folder = without(WAIT)

    def change(program: Program) -> Program:
        return replace(program, cwd=folder) if program.name.startswith("queue-") else program

    plan = replace(PLAN, drop=replace(PLAN.drop, remembers_ticket=False))
    with whole_system(Parts(change=change), TWO_ZONES) as system:
        zones.set_min_replicas(TWO_ZONES, 0)
        return await play_whole(system, plan, partial(_lose_zone_a_when_behind, min_replicas_afterwards=1))


async def _lose_zone_a_when_behind(play: Play, min_replicas_afterwards: int | None = None) -> None:
    """Nothing reaches the Redis replicas of the other places for a moment before zone a is lost."""
    system = play.system
    behind = [system.victims[name] for name in ("redis-2", "redis-3")]
    for replica in behind:
        replica.freeze()
    await asyncio.to_thread(zones.cut_off_replicas, system.profile, "redis-1")
    await asyncio.sleep(BEHIND_SECONDS)

    def thaw() -> None:
        for replica in behind:
            replica.thaw()

    losing = asyncio.create_task(lose(play, "a", for_seconds=LOST_SECONDS, at_once=thaw))
    if min_replicas_afterwards is not None:
        await asyncio.sleep(LOST_SECONDS / 2)
        await asyncio.to_thread(zones.set_min_replicas, system.profile, min_replicas_afterwards)
    await losing


_zone_lost = partial(
    Case,
    row="F11",
    promise="nothing acknowledged is lost, all goes on within 15 s, and the zone is whole again by itself",
    unavailable_seconds_max=GOES_ON_WITHIN_SECONDS,
    needs_ground=False,
)
_CONTROL_BELOW = "the case in which nothing of zone a had reached the others has the control"
CASES = (
    _zone_lost(name="every process of zone b killed -9 at once", guard=_CONTROL_BELOW, play=zone_b, control=None),
    _zone_lost(
        name="every process of zone a, with the primaries of MySQL and Redis, killed -9 at once",
        guard=_CONTROL_BELOW,
        play=zone_a,
        control=None,
    ),
    _zone_lost(
        name="every server of the third place, with the history of chat, killed -9 at once",
        guard=_CONTROL_BELOW,
        play=third_place,
        control=None,
    ),
    _zone_lost(
        name="zone a killed -9 when nothing of it had reached the other places' Redis for 1.5 s",
        guard="WAIT before a place is acknowledged, min-replicas-to-write, and the ticket",
        play=zone_a_behind,
        control=zone_a_behind_unguarded,
    ),
)
