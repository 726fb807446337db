"""S11: what a stranger's worst costs others. One client floods a door; other people's p99, with and without.

The whole system runs behind nginx with the limits of docker-compose.yml. The flood comes from an address of its own, in
a process of the lowest priority, as fast as its answers let it; others come from another address at a steady pace.
Windows without a flood stand between those with one, and all of them together are what a door is held against.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from deploy.local.places import ROOT
from tests.bench import tokens
from tests.bench.bystanders import KINDS, Bystanders, Waited
from tests.bench.floods.doors import FLOODS
from tests.bench.floods.target import Target
from tests.bench.held_line import hold
from tests.bench.histogram import merged
from tests.bench.options import Options
from tests.bench.report import Claim, Measured
from tests.bench.strangers_system import memory_of_instances, strangers_system
from tests.bench.whole_system import mint_customers
from tests.harness.chat_client import ChatClient
from tests.harness.door import Door, connections
from tests.harness.groomer import some_groomer

BYSTANDERS = 10
FLOOD_BEGINS_SECONDS = 1.0  # an interpreter's start
WARM_UP_SECONDS = 10.0
REST_SECONDS = 10.0
COST_AT_MOST = 2.0
MEMORY_AT_MOST = 1.25


@dataclass
class Flooded:
    """What was measured at one door."""

    name: str
    waited: list[Waited] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)  # of each instance, right after the flood


def measure(options: Options) -> Measured:
    with strangers_system() as system:
        everyone = mint_customers(system.variables, BYSTANDERS + 1)
        return asyncio.run(_measure(system.variables["SALON_URL"], everyone, options))


async def _measure(url: str, everyone: Path, options: Options) -> Measured:
    stranger, *others = tokens.read(everyone, BYSTANDERS + 1)
    event_id = await hold(url, coupons=1_000, customers=10_000)
    target = await _target(url, event_id, stranger)
    doors = [Flooded(name) for name in options.doors or FLOODS]
    async with connections(url) as http, Bystanders(http, url=url, event_id=event_id, tokens=others) as people:
        # What every process makes once is there when other people have been served for a while.
        await people.live(seconds=WARM_UP_SECONDS)
        before, quiet = memory_of_instances(), []
        for _ in range(options.rounds):
            for door in doors:
                quiet.append(await people.live(seconds=options.flood_seconds))
                await _flooded(people, target, door, seconds=options.flood_seconds)
                print(f"  S11 {door.name}: {dict(sorted(door.sent.items()))}", flush=True)
        await asyncio.sleep(REST_SECONDS)
        return _judged(doors, quiet, before=before, after=memory_of_instances())


async def _target(url: str, event_id: str, token: str) -> Target:
    """The stranger has a place in line, and a room with something in it to read again and again."""
    async with connections(url) as http:
        groomer = await some_groomer(http)
        door = Door(http, token=token)
        room = await door.expect(
            200, 201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": groomer.groomer_id}
        )
        await door.expect(200, 201, method="POST", path=f"/queue/v1/events/{event_id}/ticket", json_body={})
    device = ChatClient(url, token=token)
    await device.connect()
    await device.subscribe(room["id"], after=None)
    cursors = [await device.send(room["id"], client_message_id=str(uuid4()), text=f"{n}") for n in range(50)]
    await device.close()
    return Target(url=url, token=token, event_id=event_id, room_id=room["id"], cursor=cursors[0])


async def _flooded(people: Bystanders, target: Target, door: Flooded, *, seconds: float) -> None:
    whole = FLOOD_BEGINS_SECONDS + seconds + 0.5
    words = ["nice", "-n", "19", sys.executable, "-m", "tests.bench.floods", door.name, target.to_json(), str(whole)]
    flood = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdout=subprocess.PIPE)
    await asyncio.sleep(FLOOD_BEGINS_SECONDS)
    door.waited.append(await people.live(seconds=seconds))
    door.memory = memory_of_instances()
    printed, _ = await flood.communicate()
    door.sent = json.loads(printed)


def _judged(
    doors: Sequence[Flooded], quiet: Sequence[Waited], *, before: dict[str, int], after: dict[str, int]
) -> Measured:
    costs = {door.name: costs_of(door.waited, quiet) for door in doors}
    worst = max(costs, key=lambda name: max(ratio for _, _, ratio in costs[name].values()))
    kind, (ours, peer, _) = max(costs[worst].items(), key=lambda item: item[1][2])
    grown = max(before, key=lambda name: after[name] / before[name])
    return Measured(
        claims=(
            Claim(f"ms, p99 of {kind} while {worst} is flooded, against no flood", ours, peer, at_most=COST_AT_MOST),
            Claim(
                f"MB of {grown} after all floods, against before them",
                after[grown] / 1e6,
                before[grown] / 1e6,
                at_most=MEMORY_AT_MOST,
            ),
        ),
        details={
            "doors": {
                door.name: {
                    "p99_ms": {kind: [round(value, 2) for value in found] for kind, found in costs[door.name].items()},
                    "failed": {kind: sum(waited.failed[kind] for waited in door.waited) for kind in KINDS},
                    "sent": door.sent,
                    "memory_mb": {name: round(size / 1e6, 1) for name, size in door.memory.items()},
                }
                for door in doors
            },
            "failed_without_flood": {kind: sum(waited.failed[kind] for waited in quiet) for kind in KINDS},
            "memory_mb": {name: [round(before[name] / 1e6, 1), round(after[name] / 1e6, 1)] for name in before},
        },
        series={"ratios": {name: max(ratio for _, _, ratio in found.values()) for name, found in costs.items()}},
    )


def costs_of(flooded: Sequence[Waited], quiet: Sequence[Waited]) -> dict[str, tuple[float, float, float]]:
    """By kind: the 99th percentile in ms with a flood, without one, and their ratio."""
    found = {}
    for kind in KINDS:
        ours = merged(waited.delays[kind] for waited in flooded).percentile_ms(99)
        peer = merged(waited.delays[kind] for waited in quiet).percentile_ms(99)
        if ours is None or peer is None:
            raise RuntimeError(f"nobody did {kind}")
        found[kind] = (ours, peer, ours / peer)
    return found
