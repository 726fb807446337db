"""The whole system of a profile as processes that a fault may reach, each kept by its own name."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field, replace

from deploy.local.failure import CannotGoOn
from deploy.local.places import SERVICES
from deploy.local.releases.release import WORKTREE, Shelf
from deploy.local.run import processes
from deploy.local.run.processes import Job
from deploy.local.run.program import Program
from deploy.local.run.system import System
from deploy.local.settings import environment
from deploy.local.settings.profiles import Profile
from deploy.local.zones.restarts import LONGEST_PAUSE_SECONDS
from tests.faults.places import HOST, NOTHING_GIVEN, WHOLE
from tests.faults.servers.brokers_alone import brokers_of
from tests.faults.servers.in_main import InMain
from tests.faults.servers.victim import Victim


@dataclass
class WholeSystem:
    """`victims` by name. Whoever is in `down` stays down; the others are started again when they end."""

    profile: Profile
    victims: dict[str, Victim]
    variables: dict[str, str]
    down: set[str] = field(default_factory=set)
    restarts: dict[str, int] = field(default_factory=dict)
    # How long each part of the start took: `stores`, each job by its title, `processes`.
    start_seconds: dict[str, float] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self.profile.web_port}"

    @property
    def main(self) -> InMain:
        return InMain(self.variables)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.start_seconds[what] = time.monotonic() - began

    def kill(self, *names: str) -> None:
        """All at once, as when their machine is lost. They stay down until `bring_back`."""
        self.down |= set(names)
        with ThreadPoolExecutor(len(names)) as pool:
            list(pool.map(lambda name: self.victims[name].kill(), names))

    def bring_back(self, *names: str) -> None:
        """Returns when they are ready."""
        for name in names:
            self.victims[name].begin()
        for name in names:
            self.victims[name].wait_until_ready()
        self.down -= set(names)

    async def supervise(self) -> None:
        """As the runner of two zones does: what ended by itself is started again, more and more slowly."""
        died_at: dict[str, float] = {}
        while True:
            await asyncio.sleep(0.25)
            for name, victim in self.victims.items():
                if victim.is_running or name in self.down:
                    died_at.pop(name, None)
                elif time.monotonic() - died_at.setdefault(name, time.monotonic()) >= self._pause_of(name):
                    del died_at[name]
                    self.restarts[name] = self.restarts.get(name, 0) + 1
                    # On a full disk the start may fail already.
                    with suppress(OSError, CannotGoOn):
                        await asyncio.to_thread(victim.begin)

    def _pause_of(self, name: str) -> float:
        pause = self.victims[name].program.pause_seconds * 2.0 ** self.restarts.get(name, 0)
        return min(pause, LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class Parts:
    """How a case has the system: three brokers, a changed program, a disk of its own under one server's data."""

    brokers: Callable[[Profile], Sequence[Program]] | None = None
    change: Callable[[Program], Program] = lambda program: program
    disk: Callable[[Profile], AbstractContextManager[None]] = lambda _profile: nullcontext()
    extra_environment: Mapping[str, str] = field(default_factory=dict)
    # False: on the data that is there, as after a restore.
    begins_empty: bool = True


@contextmanager
def whole_system(parts: Parts | None = None, profile: Profile = WHOLE) -> Iterator[WholeSystem]:
    """Everything of a profile; it is ready inside and gone after."""
    parts = parts or Parts()
    if parts.begins_empty:
        shutil.rmtree(profile.state / "data", ignore_errors=True)
        (profile.state / "data").mkdir(parents=True)
    profile.logs.mkdir(parents=True, exist_ok=True)
    own_brokers = brokers_of(profile) if parts.brokers else None
    plan = System(profile, replace(NOTHING_GIVEN, salon_port=profile.web_port, kafka_brokers=own_brokers), whole=True)
    plan.variables.update({f"{service}_LOG_FORMAT": "json" for service in ("MAIN", "QUEUE", "CHAT_WORKER")})
    plan.variables.update(parts.extra_environment)
    backing = [*plan.backing.in_order(), *(parts.brokers(profile) if parts.brokers else ())]
    front = [*plan.ours, *plan.front]
    victims = {
        program.name: Victim(parts.change(program), plan.variables, logs=profile.logs) for program in (*backing, *front)
    }
    system = WholeSystem(profile, victims, plan.variables)
    copies = 3 if parts.brokers else len(plan.backing.kafka)
    with parts.disk(profile):
        try:
            with system.timed("stores"):
                _start(system, [program.name for program in backing])
            for job in _jobs(plan, copies):
                with system.timed(job[0]):
                    _run(job, plan.variables)
            with system.timed("processes"):
                _start(system, [program.name for program in front])
            environment.forget_restored(profile)
            yield system
        finally:
            # Its data is for nobody: there is nothing to close well, and a broker without the others takes its time.
            for victim in reversed(victims.values()):
                if victim.is_running:
                    victim.kill()


def _jobs(plan: System, copies: int) -> list[Job]:
    announce = [processes.announcing(Shelf().named(WORKTREE))] if environment.was_restored(plan.profile) else []
    return [processes.topics_job(plan.servers.kafka_brokers, copies), processes.MIGRATE, processes.SEED, *announce]


def _start(system: WholeSystem, names: Sequence[str]) -> None:
    """Beside each other, but for those that name another one in `after`."""
    victims = [system.victims[name] for name in names]
    with ThreadPoolExecutor(len(victims)) as pool:
        list(pool.map(lambda victim: victim.program.prepare(), victims))
    # From this thread, because a victim ends with the thread that began it.
    for victim in sorted(victims, key=lambda victim: len(victim.program.after)):
        for name in victim.program.after:
            system.victims[name].wait_until_ready()
        victim.begin()
    with ThreadPoolExecutor(len(victims)) as pool:
        list(pool.map(Victim.wait_until_ready, victims))


def _run(job: Job, variables: Mapping[str, str]) -> None:
    title, command, folder = job
    ran = subprocess.run(
        command, cwd=SERVICES / folder, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    if ran.returncode:
        raise RuntimeError(f"{title} failed:\n{ran.stderr[-2000:]}")


def until(happened: Callable[[], bool], *, what: str, seconds: float) -> float:
    """Seconds that it took. Raises TimeoutError."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"no {what} within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began
