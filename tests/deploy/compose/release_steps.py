"""What of a Compose file carries each step of a deploy, as sentences of what it lacks.

`make deploy` is drilled on this machine; in Compose a person or a pipeline takes the same steps, and this is what they
stand on. Each function is about one file, its topology, and one step of `deploy/local/rolling/plan.py`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from deploy.local.places import ROOT
from deploy.local.rolling.plan import Act, waves_of
from deploy.processes import Process
from deploy.topology import Topology
from tests.architecture.safe_settings.time_outs import constant
from tests.deploy.compose.files import Service

Services = Mapping[str, Service]
DONE = "service_completed_successfully"
READY = "/readyz"
BAKE_SECONDS = constant("deploy/local/rolling/commands.py", "BAKE_SECONDS")


def wrong_with_migrate(services: Services, topology: Topology) -> Iterator[str]:
    """One job of the new image that needs MySQL alone; no process of main starts before it has ended well."""
    job = services["migrate"]
    if str(job.get("restart", "")).partition(":")[0] != "on-failure":
        yield "migrate is no job that ends"
    needs = {name.partition("-")[0] for name in job.get("depends_on", {})}
    if needs != {"mysql"}:
        yield f"migrate needs {', '.join(sorted(needs)) or 'nothing'}, and not MySQL alone"
    for process in topology.processes:
        if process.service == "main" and services[process.name]["image"] != job["image"]:
            yield f"{process.name} is of another image than its migrations"
        if process.service == "main" and "migrate" not in _before(services, process.name, condition=DONE):
            yield f"{process.name} does not wait for migrate"


def wrong_with_leaving(services: Services, topology: Topology) -> Iterator[str]:
    """SIGTERM reaches the process itself; where all is stopped, its stores are stopped after it.

    How long each is given is held by tests/architecture/test_time_outs.py.
    """
    for process in topology.processes:
        service = services[process.name]
        if isinstance(service.get("command"), str) or not _is_plain_command(process.service):
            yield f"{process.name} is started by a shell, which keeps SIGTERM to itself"
        if not service.get("init"):
            yield f"{process.name} would be process 1, which ignores what it has no handler for"
        if service.get("stop_signal", "SIGTERM") != "SIGTERM":
            yield f"{process.name} is told to leave by {service['stop_signal']}"
        for store in _stores_of(service, services):
            if store not in _before(services, process.name):
                yield f"{process.name} does not wait for {store}, which is then stopped before it"


def wrong_with_assigning(services: Services, topology: Topology) -> Iterator[str]:
    """All processes of one service are of one image: its digest is set in one place, and none is forgotten."""
    by_service: dict[str, set[str]] = {}
    for process in topology.processes:
        by_service.setdefault(process.service, set()).add(str(services[process.name]["image"]))
    for name, images in by_service.items():
        if images != {f"salon/{name}"}:
            yield f"{name} is of {', '.join(sorted(images))}"


def wrong_with_starting(services: Services, topology: Topology) -> Iterator[str]:
    """Ready is what the process says of itself at /readyz, and a whole wave can be exchanged without the others."""
    for process in topology.processes:
        asked = " ".join(map(str, services[process.name].get("healthcheck", {}).get("test", [])))
        if READY not in asked:
            yield f"{process.name} is taken for ready without being asked {READY}"
    for wave in waves_of(topology.processes):
        others = {process.name for process in topology.processes} - set(wave)
        for name in wave:
            if waits := others & set(services[name].get("depends_on", {})):
                yield f"{name} waits for {', '.join(sorted(waits))} of another wave"


def wrong_with_baking(services: Services, topology: Topology) -> Iterator[str]:
    """Whoever watches the health of a new container sees within the time of the bake that it is ill."""
    for process in topology.processes:
        check = services[process.name].get("healthcheck", {})
        every, answer = (_seconds(check.get(name, "30s")) for name in ("interval", "timeout"))
        if every + answer > BAKE_SECONDS:
            yield f"{process.name} is asked every {every:.0f} s, too seldom for a bake of {BAKE_SECONDS:.0f} s"


def wrong_with_the_way_in(services: Services, topology: Topology) -> Iterator[str]:
    """While one is exchanged the others are asked; where it comes back with another address, it is found."""
    for name, service in services.items():
        if service["image"] != "salon/nginx":
            continue
        for kind, variable in (("main", "SALON_MAIN_SERVERS"), ("queue", "SALON_QUEUE_SERVERS")):
            named = re.findall(r"server ([\w-]+):\d+ ([^;]*);", str(service["environment"][variable]))
            asked = {process for process, _ in named}
            wanted = {process.name for process in topology.processes if _takes_requests(process, kind)}
            if asked != wanted:
                yield f"{name} asks {', '.join(sorted(asked))} for {kind}"
            if not all("resolve" in options.split() for _, options in named):
                yield f"{name} would go on asking the old address of a {kind} that was exchanged"
            if not wanted & set(service.get("depends_on", {})):
                yield f"{name} shows the page before a {kind} is there that answers it"


def _takes_requests(process: Process, kind: str) -> bool:
    return process.service == kind and (kind != "main" or "serve" in process.command)


# What a step stands on in Compose; None where a person does it or nothing has to be done (docs/operations.md).
CARRIED_BY: Mapping[Act, Callable[[Services, Topology], Iterator[str]] | None] = {
    Act.MIGRATE: wrong_with_migrate,
    # `docker compose run` starts one that nobody is led to; judging it is the pipeline's.
    Act.TRY_OUT: None,
    Act.LEAVE: wrong_with_leaving,
    Act.ASSIGN: wrong_with_assigning,
    Act.START: wrong_with_starting,
    Act.BAKE: wrong_with_baking,
    # Docker holds nothing back that would have to be let go.
    Act.LET_GO: None,
    Act.SHOW_PAGE: wrong_with_the_way_in,
    # The Compose file is the note of what runs.
    Act.SET_CURRENT: None,
}


def _before(services: Services, name: str, *, condition: str = "") -> set[str]:
    """Whom it waits for, and whom those wait for; with a condition, only what has to have ended so."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other, how in services[waiting.pop()].get("depends_on", {}).items():
            if other not in found and condition in {"", how["condition"]}:
                found.add(other)
                waiting.append(other)
    return found


def _stores_of(service: Service, services: Services) -> set[str]:
    """Which are reached by the addresses in its environment. Behind Sentinels it is whoever leads, named nowhere."""
    urls = " ".join(str(value) for value in service.get("environment", {}).values())
    names = set(re.findall(r"(?<![\w.-])((?:mysql|redis|kafka|mongodb)(?:-\d)?):\d+", urls))
    return {name for name in names if name in services}


def _is_plain_command(service: str) -> bool:
    lines = (ROOT / "services" / service / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(("CMD", "ENTRYPOINT"))][-1].split(" ", 1)[1].startswith("[")


def _seconds(text: object) -> float:
    return float(str(text).removesuffix("s"))
