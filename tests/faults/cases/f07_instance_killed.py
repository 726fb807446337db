"""F7: the queue instance that leads is killed with a thousand streams. Half of its customers come back at once, the
others only after nine seconds, when the dead instance has been given up."""

from __future__ import annotations

import asyncio
import http.client
import random

from tests.faults.cases.case import Case
from tests.faults.checkers.drop import judge, longest_absence
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop, Stage, play
from tests.faults.ground import Ground, Scene, scene
from tests.faults.places import HOST

DROP = Drop(customers=2_000, quantity=250, pace=15, arrive_seconds=6)
AWAY_SECONDS = 9.0


async def leader_killed(ground: Ground) -> Verdict:
    return await _play(ground, {})


async def leader_killed_without_grace(ground: Ground) -> Verdict:
    """Whose instance dies has left, unless the reconnect is quicker than the news."""
    return await _play(ground, {"grace_seconds": "1.5"})


async def _play(ground: Ground, settings: dict[str, str]) -> Verdict:
    async def fault(stage: Stage) -> None:
        await stage.customers.until_in_line(DROP.customers - 100, seconds=60)
        await stage.customers.until_issued(60, seconds=60)
        doomed = _leader(stage.scene)
        theirs = [one for one in stage.customers.everybody if one.at == doomed and one.is_connected]
        away = set(random.sample(theirs, len(theirs) // 2))
        stage.orphaned = frozenset(one.id for one in theirs if one not in away)
        print(f"  killing the leader with {len(theirs)} streams; {len(away)} of them stay away {AWAY_SECONDS:.0f} s")
        stage.injecting()
        stage.scene.queues[doomed].kill()
        for one in away:
            one.hang_up()
        await asyncio.sleep(AWAY_SECONDS)
        for one in away:
            one.come_back()

    with scene(ground, queue_settings=settings) as here:
        return judge(await play(here, DROP, fault), unavailable=longest_absence)


def _leader(here: Scene) -> int:
    for index, queue in enumerate(here.queues):
        if leads(queue.program.ports[0]):
            return index
    raise RuntimeError("no instance leads")


def leads(port: int) -> bool:
    """What the queue instance says of itself."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/metrics")
        return b"queue_leader 1.0" in connection.getresponse().read()
    finally:
        connection.close()


CASES = (
    Case(
        row="F7",
        name="the leading queue instance killed -9 with a thousand streams",
        promise="customers reconnect elsewhere with the same number",
        guard="a grace period before those without a stream have left (QUEUE_GRACE_SECONDS)",
        play=leader_killed,
        control=leader_killed_without_grace,
        unavailable_seconds_max=5.0,
    ),
)
