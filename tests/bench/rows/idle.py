"""S8: what each process needs before anybody asks it for anything, against the hello-world of its framework.

Seconds from the start of the program to its first "ready", and resident memory a little later, on one core, with the
stores on the other one. In turns, several rounds, a fresh process each.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.probes import accepts, serves
from deploy.processes import PROCESSES, Process
from tests.bench.measured_process import MeasuredProcess, memory_bytes, processor_seconds
from tests.bench.options import SERVER_CORE, Options
from tests.bench.peers import starting
from tests.bench.places import BARE_ROUTE_PORT, HOST, LOGS, PROFILE
from tests.bench.results.report import Claim, Measured
from tests.bench.whole_system import stores

AT_MOST = 1.5
SETTLE_SECONDS = 5.0


@dataclass
class Idle:
    """Of each round."""

    seconds: list[float] = field(default_factory=list)
    # Of these, which neighbours disturb less.
    processor_seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def add(self, process: MeasuredProcess) -> None:
        began = time.monotonic()
        with process as started:
            self.seconds.append(round(time.monotonic() - began, 2))
            self.processor_seconds.append(processor_seconds(started.pid))
            time.sleep(SETTLE_SECONDS)
            self.megabytes.append(round(memory_bytes(started.pid) / 2**20, 1))


def measure(options: Options) -> Measured:
    shutil.rmtree(LOGS, ignore_errors=True)
    kinds = one_of_each_kind()
    ours, peers = {name: Idle() for name in kinds}, {name: Idle() for name in HELLO}
    with stores() as system:
        for _ in range(options.rounds):
            for name, process in kinds.items():
                ours[name].add(of_ours(process, system.variables))
                print(f"  S8 {name}: {ours[name]}", flush=True)
            for name in HELLO:
                peers[name].add(_peer(name, system.variables))
                print(f"  S8 {name}: {peers[name]}", flush=True)
    return measured(ours, peers)


def one_of_each_kind() -> dict[str, Process]:
    """The first of those that have the same command, by that command's word."""
    kinds: dict[str, Process] = {}
    for process in PROCESSES:
        kinds.setdefault(process.command[1], process)
    return kinds


ASGI = "tests.bench.peers.hello_django.asgi:application"
# By name: the words after the Python interpreter. The first two are servers, the others workers.
HELLO: Mapping[str, tuple[str, ...]] = {
    "Django, REST framework and Channels on Daphne": (
        "-m",
        "daphne",
        "-b",
        HOST,
        "-p",
        "{port}",
        "tests.bench.peers.hello_django.asgi:application",
    ),
    "Starlette on uvicorn": ("-m", "tests.bench.peers.bare_route", "{port}"),
    "the same Django with a Kafka consumer": ("-m", "tests.bench.peers.hello_django.worker", "{port}"),
    "a Kafka consumer with a MongoDB client": ("-m", "tests.bench.peers.idle_consumer", "{port}"),
}


def hello_of(process: Process) -> str:
    """The name of what it is compared with."""
    daphne, starlette, django_worker, consumer = HELLO
    by_service = {"queue": starlette, "chat-worker": consumer}
    return by_service.get(process.service, daphne if "serve" in process.command else django_worker)


def of_ours(process: Process, variables: Mapping[str, str]) -> MeasuredProcess:
    port = PROFILE.port(process.name)
    return MeasuredProcess(
        name=process.name,
        command=[str(VENV_PYTHON), *process.arguments(host=HOST, port=port)],
        ready=serves(f"http://{HOST}:{port}/readyz"),
        log=LOGS / f"{process.name}.log",
        core=SERVER_CORE,
        cwd=SERVICES / process.service,
        environment={**variables, **process.own_environment(host=HOST, port=port)},
    )


def _peer(name: str, variables: Mapping[str, str]) -> MeasuredProcess:
    return starting.hello(
        HELLO[name],
        # Starlette's has no page that says so: whoever can connect is answered.
        ready=accepts(BARE_ROUTE_PORT) if "Starlette" in name else serves(f"http://{HOST}:{BARE_ROUTE_PORT}/readyz"),
        core=SERVER_CORE,
        environment=variables,
    )


def measured(ours: Mapping[str, Idle], peers: Mapping[str, Idle]) -> Measured:
    claims = []
    for name, process in one_of_each_kind().items():
        mine, peer = ours[name], peers[hello_of(process)]
        claims += [
            Claim(f"MB of an idle {name}", median(mine.megabytes), median(peer.megabytes), at_most=AT_MOST),
            Claim(f"seconds until {name} is ready", median(mine.seconds), median(peer.seconds), at_most=AT_MOST),
        ]
    return Measured(
        claims=tuple(claims),
        details={name: vars(idle) for name, idle in (*ours.items(), *peers.items())},
    )
