"""S11: what a stranger's worst costs others. One client floods an endpoint; other people's p99, with and without.

The whole system runs behind nginx with the limits of docker-compose.yml. The flood comes from an address of its own, in
a process that has only the processor time that nobody else wants, as fast as its answers let it; others come from
another address at a steady pace. Windows without a flood stand between those with one, and all of them together are
what a flood is held against. The same flood against an nginx that only refuses shows what the machine itself costs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from deploy.local.places import ROOT
from tests.bench.apart import group_apart, move
from tests.bench.floods.__main__ import READY
from tests.bench.floods.kinds import FLOODS
from tests.bench.floods.target import Target
from tests.bench.load import tokens
from tests.bench.load.bystanders import Bystanders
from tests.bench.load.held_line import hold
from tests.bench.options import Options
from tests.bench.peers.starting import refusing
from tests.bench.places import HOST, REFUSING_PORT
from tests.bench.processor_time import cores_of
from tests.bench.results.report import Measured
from tests.bench.rows.strangers_judged import CONTROL, Flooded, Run, judged
from tests.bench.strangers_system import memory_of_instances, processes_of_the_system, strangers_system
from tests.bench.whole_system import mint_customers
from tests.harness.api_client import ApiClient, connections
from tests.harness.chat_client import ChatClient
from tests.harness.groomer import some_groomer

BYSTANDERS = 10
FLOOD_OF_CONTROL = "looks"
WARM_UP_SECONDS = 10.0
REST_SECONDS = 10.0


def measure(options: Options) -> Measured:
    with ExitStack() as stack:
        system = stack.enter_context(strangers_system())
        stack.enter_context(refusing())
        apart = stack.enter_context(group_apart())
        everyone = mint_customers(system.variables, BYSTANDERS + 1)
        return judged(asyncio.run(_measure(system.variables["SALON_URL"], everyone, apart, options)))


async def _measure(url: str, everyone: Path, apart: Path, options: Options) -> Run:
    stranger, *others = tokens.read(everyone, BYSTANDERS + 1)
    event_id = await hold(url, coupons=1_000, customers=10_000)
    target = await _target(url, event_id, stranger)
    floods = [Flooded(name) for name in (CONTROL, *(options.floods or FLOODS))]
    async with connections(url) as http, Bystanders(http, url=url, event_id=event_id, tokens=others) as people:
        # What every process makes once is there when other people have been served for a while.
        await people.live(seconds=WARM_UP_SECONDS)
        before, quiet = memory_of_instances(), []
        for _ in range(options.rounds):
            for flooded in floods:
                quiet.append(await people.live(seconds=options.flood_seconds))
                await _flooded(people, target, flooded, apart=apart, seconds=options.flood_seconds)
                print(f"  S11 {flooded.name}: {dict(sorted(flooded.sent.items()))}", flush=True)
        await asyncio.sleep(REST_SECONDS)
        return Run(floods, quiet, before=before, after=memory_of_instances())


async def _target(url: str, event_id: str, token: str) -> Target:
    """The stranger has a place in line, and a room with something in it to read again and again."""
    async with connections(url) as http:
        groomer = await some_groomer(http)
        api = ApiClient(http, token=token)
        room = await api.expect(
            200, 201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": groomer.groomer_id}
        )
        await api.expect(200, 201, method="POST", path=f"/queue/v1/events/{event_id}/ticket", json_body={})
    device = ChatClient(url, token=token)
    await device.connect()
    await device.subscribe(room["id"], after=None)
    cursors = [await device.send(room["id"], client_message_id=str(uuid4()), text=f"{n}") for n in range(50)]
    await device.close()
    return Target(url=url, token=token, event_id=event_id, room_id=room["id"], cursor=cursors[0])


async def _flooded(people: Bystanders, target: Target, flooded: Flooded, *, apart: Path, seconds: float) -> None:
    """The window begins with the flood: what its first moment costs is in it."""
    name, at = flooded.name, target
    if name == CONTROL:
        name, at = FLOOD_OF_CONTROL, replace(target, url=f"http://{HOST}:{REFUSING_PORT}")
    words = [sys.executable, "-m", "tests.bench.floods", name, at.to_json(), str(seconds)]
    flood = await asyncio.create_subprocess_exec(*words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert flood.stdin is not None
    assert flood.stdout is not None
    if (await flood.stdout.readline()).decode().strip() != READY:
        raise RuntimeError(f"the flood of {flooded.name} did not begin")
    move(flood.pid, apart)
    everybody = {**processes_of_the_system(), "flood": flood.pid}
    flood.stdin.write(b"\n")
    with cores_of(everybody, alone={"others": os.getpid()}) as cores:
        flooded.waited.append(await people.live(seconds=seconds))
    flooded.cores = cores.named()
    flooded.memory = memory_of_instances()
    printed, _ = await flood.communicate()
    flooded.sent = json.loads(printed)
