"""F5, F6 and F7: whoever leads is killed or hangs, and another one takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from deploy.local.settings.profiles import Profile
from tests.faults.cases.f07_instance_killed import leads
from tests.faults.cases.two_zones.playing import on_two_zones, play_on_two_zones
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.servers import zones
from tests.faults.whole_play import Plan, Play
from tests.faults.whole_system import WholeSystem, until

STREAMS = Plan(drop=Drop(customers=2_000, quantity=250, pace=8, arrive_seconds=12, finish_seconds=120))
DOWN_SECONDS = 12.0
ANOTHER_LEADS_WITHIN_SECONDS = 60.0


async def redis_primary_killed(_ground: None) -> Verdict:
    return await play_on_two_zones(partial(_kill_the_leader, zones.primary_of_redis))


async def redis_primary_hangs(_ground: None) -> Verdict:
    """It wakes up believing that it still is the primary."""

    async def fault(play: Play) -> None:
        profile = play.system.profile
        primary = await asyncio.to_thread(zones.primary_of_redis, profile)
        play.judge_waits(time.monotonic())
        play.system.victims[primary].freeze()
        await asyncio.to_thread(_another_leads, play.system, primary, zones.primary_of_redis)
        await asyncio.sleep(2)
        play.system.victims[primary].thaw()

    return await play_on_two_zones(fault)


async def mysql_primary_killed(_ground: None) -> Verdict:
    return await play_on_two_zones(partial(_kill_the_leader, zones.primary_of_mysql))


async def _kill_the_leader(leader: Callable[[Profile], str], play: Play) -> None:
    system = play.system
    primary = await asyncio.to_thread(leader, system.profile)
    play.judge_waits(time.monotonic())
    system.kill(primary)
    await asyncio.to_thread(_another_leads, system, primary, leader)
    await asyncio.sleep(DOWN_SECONDS)
    await asyncio.to_thread(system.bring_back, primary)


def _another_leads(system: WholeSystem, old: str, leader: Callable[[Profile], str]) -> None:
    def other() -> bool:
        try:
            return leader(system.profile) != old
        except LookupError:
            return False

    seconds = until(other, what="other leader", seconds=ANOTHER_LEADS_WITHIN_SECONDS)
    print(f"  {old} was the leader; another one is after {seconds:.1f} s", flush=True)


async def leading_queue_killed(_ground: None) -> Verdict:
    """With a thousand streams, which come back through the balancer to the other zone."""

    async def fault(play: Play) -> None:
        system, customers = play.system, play.opened.customers
        await customers.until_in_line(STREAMS.drop.customers - 100, seconds=90)
        doomed = next(name for name in ("queue-a", "queue-b") if leads(system.profile.port(name)))
        open_now = sum(one.is_connected for one in customers.everybody)
        print(f"  killing {doomed}, which leads; {open_now} streams are open on both", flush=True)
        play.judge_waits(time.monotonic())
        system.kill(doomed)
        await asyncio.sleep(DOWN_SECONDS)
        await asyncio.to_thread(system.bring_back, doomed)

    return await play_on_two_zones(fault, STREAMS)


_redis_lost = partial(
    on_two_zones,
    row="F5",
    promise="no unit twice, no place lost, all goes on within 15 s",
    guard="WAIT before a place is acknowledged (F11 has the control, in which the replicas are behind)",
    control=None,
)
CASES = (
    _redis_lost(name="two zones: Redis primary killed -9", play=redis_primary_killed),
    _redis_lost(
        name="two zones: Redis primary hangs (SIGSTOP), and wakes after the failover",
        play=redis_primary_hangs,
    ),
    on_two_zones(
        row="F6",
        name="two zones: MySQL primary killed -9 during a drop",
        promise="the line pauses and goes on within 15 s; issued = told = rows",
        guard="a commit is answered when most members have it (F12 has the control)",
        play=mysql_primary_killed,
        control=None,
    ),
    on_two_zones(
        row="F7",
        name="two zones: the leading queue killed -9 with a thousand streams",
        promise="customers reconnect in the other zone with the same number",
        guard="a grace period before those without a stream have left (the small topology has the control)",
        play=leading_queue_killed,
        control=None,
    ),
)
