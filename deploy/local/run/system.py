"""Starts the parts in the order in which they need each other, and stays until something ends it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from types import MappingProxyType

from deploy.local.console import Console
from deploy.local.engines import choice, servers
from deploy.local.failure import Abandoned, CannotGoOn, tail
from deploy.local.places import SERVICES, shown
from deploy.local.run import previous_run, processes
from deploy.local.run.nginx import edge
from deploy.local.run.processes import Job
from deploy.local.run.program import Program, nothing
from deploy.local.run.supervision import Supervision
from deploy.local.settings import environment, ports, secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile, profile_named

WATCH_SECONDS = 0.5
GIVEN = "given in .env"
OTHER_PORTS = """\
stop that program, or take other ports, on the command line or in .env:
SALON_PORT=8100 for the page, SALON_FIRST_PORT=23000 for all that is behind it"""


def profile_for(name: str, choices: Choices) -> Profile:
    return profile_named(name, salon_port=choices.salon_port, lite=choices.lite, first_port=choices.first_port)


class System:
    """One profile: its programs, where its servers are, and what its processes read."""

    def __init__(self, profile: Profile, choices: Choices, *, whole: bool) -> None:
        secrets_store.make_missing()
        self.profile = profile
        self.servers = environment.servers(profile, choices)
        # Tests and demos speak to their own system directly, whatever stands in front of a developer's.
        public_url, balancers = (choices.public_url, choices.balancers) if profile.name == "dev" else (None, ())
        self.variables = environment.variables(profile, self.servers, public_url)
        given = {"mysql": choices.mysql_url, "mongodb": choices.mongodb_url}
        self.engine_titles = {
            kind: GIVEN if url else choice.chosen(kind, lite=profile.lite).TITLE for kind, url in given.items()
        }
        self.redis_title = GIVEN if choices.redis_url else "Redis (Debian stable)"
        self.kafka_title = GIVEN if choices.kafka_brokers else "Apache Kafka 4.3.1"
        # Kinds whose engine is the last resort although nobody asked for that, with what was wanted.
        self.compromises = {
            kind: wanted
            for kind, url in given.items()
            if not url and (wanted := choice.compromise(kind, lite=profile.lite))
        }
        self.backing = _backing(profile, choices)
        self.ours = processes.all_of(profile) if whole else []
        self.edge = [edge(profile, balancers=balancers, public_url=public_url)] if whole else []

    @contextmanager
    def running(self, console: Console) -> Iterator[Supervision]:
        """Everything is ready inside; everything is stopped after. Raises CannotGoOn."""
        programs = [*self.backing, *self.ours, *self.edge]
        with _only_one(self.profile):
            previous_run.wait_until_gone(self.profile, console)
            ports.insist_on_free(
                [(program.name, port) for program in programs for port in program.ports],
                do=OTHER_PORTS,
            )
            environment.write_env_file(self.profile, self.variables)
            with Supervision(self.profile, programs, self.variables) as supervision:
                self._start(supervision, console)
                yield supervision

    def _start(self, supervision: Supervision, console: Console) -> None:
        # What is run as soon as a server is ready, while others still start.
        jobs: dict[str, Sequence[Job]] = {"kafka": [processes.topics_job(self.servers.kafka_brokers)]}
        if self.ours:
            jobs["mysql"] = [processes.MIGRATE, processes.SEED]
        then = {server: partial(self._run_jobs, row, console) for server, row in jobs.items()}
        start_all(supervision, self.backing, console, then)
        for server in then.keys() - {program.name for program in self.backing}:
            then[server]()
        start_all(supervision, self.ours, console)
        start_all(supervision, self.edge, console)

    def _run_jobs(self, jobs: Sequence[Job], console: Console) -> None:
        for title, command, folder in jobs:
            log = self.profile.logs / f"{title.replace(' ', '-')}.log"
            with console.step(title), log.open("w", encoding="utf-8") as out:
                ended = subprocess.run(
                    command,
                    cwd=SERVICES / folder,
                    env={**os.environ, **self.variables},
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
                if ended.returncode:
                    why = f"exit code {ended.returncode}; last lines of {shown(log)}:\n{tail(log, 30)}"
                    raise CannotGoOn(what=title, why=why, do="mend what the log shows and start again")


def watch(supervision: Supervision) -> None:
    """For ever, but for KeyboardInterrupt; raises CannotGoOn when a process died."""
    while True:
        dead = supervision.first_dead()
        if dead is not None:
            raise dead
        time.sleep(WATCH_SECONDS)


def start_all(
    supervision: Supervision,
    programs: Sequence[Program],
    console: Console,
    then: Mapping[str, Callable[[], None]] = MappingProxyType({}),
) -> None:
    """Beside each other, except that each waits for those it names in `after`. `then`: what follows a readiness."""
    ready: dict[str, Future[None]] = {}

    def start(program: Program) -> None:
        try:
            for name in program.after:
                ready[name].result()
            with console.step(program.name):
                supervision.start(program.name)
            then.get(program.name, nothing)()
        except BaseException:
            supervision.abandon()
            raise

    with ThreadPoolExecutor(max_workers=max(1, len(programs))) as pool:
        try:
            for program in programs:
                ready[program.name] = pool.submit(start, program)
            wait(ready.values())
        except BaseException:
            # Ctrl-C: without this the pool would first wait until all are ready.
            supervision.abandon()
            raise
    errors = [future.exception() for future in ready.values()]
    for error in sorted(filter(None, errors), key=lambda error: isinstance(error, Abandoned)):
        raise error


def _backing(profile: Profile, choices: Choices) -> list[Program]:
    """The servers that nobody gave an address for. The list's order is that of the start."""
    password = secrets_store.read(secrets_store.DATABASE_PASSWORD)
    programs: list[Program] = []
    if not choices.mysql_url:
        programs += choice.chosen("mysql", lite=profile.lite).programs(profile, password)
    programs += [] if choices.redis_url else [servers.redis(profile)]
    programs += [] if choices.kafka_brokers else [servers.kafka(profile)]
    if not choices.mongodb_url:
        programs += choice.chosen("mongodb", lite=profile.lite).programs(profile, password)
    return programs


@contextmanager
def _only_one(profile: Profile) -> Iterator[None]:
    profile.state.mkdir(parents=True, exist_ok=True)
    with (profile.state / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            why = f"process {lock.read().strip()} runs it already"
            raise CannotGoOn(
                what=f"profile {profile.name}", why=why, do="stop that one first (Ctrl-C there)"
            ) from error
        lock.seek(0)
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def is_running(profile: Profile) -> bool:
    path = profile.state / "lock"
    if not path.exists():
        return False
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
