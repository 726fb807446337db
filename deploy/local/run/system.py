"""Starts the parts in the order in which they need each other, and stays until something ends it."""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import partial

from deploy.local.console import Console
from deploy.local.engines import choice, mysql_group
from deploy.local.engines.servers.backing import backing
from deploy.local.failure import CannotGoOn, tail
from deploy.local.places import SECRETS, SERVICES, shown
from deploy.local.releases.release import Shelf, assign_all, current
from deploy.local.run import holds, previous_run, processes
from deploy.local.run.nginx import nginx_program
from deploy.local.run.processes import Job
from deploy.local.run.program import Program
from deploy.local.run.starting import Then, start_all
from deploy.local.run.supervision import Supervision
from deploy.local.settings import environment, given, ports, secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile, note_ports, profile_named
from deploy.local.zones import restarts
from deploy.local.zones.balancer import SOURCE, balancer
from deploy.topology import HA

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
        if profile.keys != SECRETS:
            secrets_store.copy_exchanged(SECRETS, profile.keys)
        self.profile = profile
        self.servers = environment.servers(profile, choices)
        # Tests and demos speak to their own system directly, whatever stands in front of a developer's.
        by_choice = profile.name in {"dev", "ha"}
        public_url, balancers = (choices.public_url, choices.balancers) if by_choice else (None, ())
        self.variables = environment.variables(profile, self.servers, public_url)
        if whole:
            self.variables |= environment.spans(profile)
        chosen = {"mysql": choices.mysql_url, "mongodb": choices.mongodb_url, "photos": None}
        self.engine_titles = {kind: GIVEN if url else _title(kind, profile) for kind, url in chosen.items()}
        three = ", three of them" if profile.topology is HA else ""
        self.redis_title = GIVEN if choices.redis_url else f"Redis (Debian stable){three}"
        self.kafka_title = GIVEN if choices.kafka_brokers else f"Apache Kafka 4.3.1{three}"
        # Kinds whose engine is the last resort although nobody asked for that, with what was wanted.
        self.compromises = {
            kind: wanted
            for kind, url in chosen.items()
            if not url and (wanted := choice.compromise(kind, lite=profile.lite))
        }
        self.backing = backing(profile, choices)
        self.ours = processes.all_of(profile) if whole else []
        self.spares = processes.spares_of(profile) if whole else []
        self.front = _front(profile, balancers, public_url) if whole else []

    @contextmanager
    def running(self, console: Console) -> Iterator[Supervision]:
        """Everything is ready inside; everything is stopped after. Raises CannotGoOn."""
        programs = [*self.backing.in_order(), *self.ours, *self.front]
        known = [*programs, *self.spares]
        with only_one(self.profile):
            previous_run.wait_until_gone(self.profile, console)
            holds.let_all_go(self.profile)
            ports.insist_on_free(
                [(program.name, port) for program in programs for port in program.ports],
                do=OTHER_PORTS,
            )
            environment.write_env_file(self.profile, self.variables)
            note_ports(self.profile)
            assign_all(self.profile, [program.name for program in self.ours], Shelf())
            with Supervision(self.profile, known, self.variables) as supervision:
                self._start(supervision, console)
                with self._restarting(supervision, known, console):
                    yield supervision

    def _restarting(
        self, supervision: Supervision, programs: Sequence[Program], console: Console
    ) -> AbstractContextManager[object]:
        if not self.profile.restarts:
            return nullcontext()
        return restarts.Restarts(self.profile, supervision, programs, console.say)

    def _start(self, supervision: Supervision, console: Console) -> None:
        copies = len(self.profile.topology.members("kafka"))
        password_file = self.servers.password_files.get("kafka")
        topics = processes.topics_job(self.servers.kafka_brokers, copies, password_file)
        # What is run as soon as servers are ready, while others still start.
        then: Then = [
            self._jobs_after(self.backing.kafka, [topics], console),
            *([self._jobs_after(self.backing.mysql, self._jobs_of_main(), console)] if self.ours else []),
            *([self._jobs_after(self.backing.photos, self._jobs_of_photos(), console)] if self.ours else []),
        ]
        start_all(supervision, self.backing.in_order(), console, then)
        start_all(supervision, self.ours, console)
        start_all(supervision, self.front, console)
        if self.ours:
            environment.forget_restored(self.profile)

    def _jobs_of_main(self) -> Sequence[Job]:
        release = current(self.profile, Shelf())
        announce = [processes.announcing(release)] if environment.was_restored(self.profile) else []
        return [*processes.jobs_of(release), *announce]

    def _jobs_of_photos(self) -> Sequence[Job]:
        return processes.photo_jobs_of(current(self.profile, Shelf()))

    def _jobs_after(
        self, programs: Sequence[Program], jobs: Sequence[Job], console: Console
    ) -> tuple[Sequence[str], Callable[[], None]]:
        return [program.name for program in programs], partial(self._run_jobs, jobs, console)

    def _run_jobs(self, jobs: Sequence[Job], console: Console) -> None:
        for title, command, folder in jobs:
            log = self.profile.logs / f"{title.replace(' ', '-')}.log"
            with console.step(title), log.open("w", encoding="utf-8") as out:
                ended = subprocess.run(
                    command,
                    cwd=SERVICES / folder,
                    env=given.for_children(self.variables),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    check=False,
                )
                if ended.returncode:
                    why = f"exit code {ended.returncode}; last lines of {shown(log)}:\n{tail(log, 30)}"
                    raise CannotGoOn(what=title, why=why, do="mend what the log shows and start again")


def watch(supervision: Supervision, *, restarts: bool) -> None:
    """For ever, but for KeyboardInterrupt; raises CannotGoOn when a process died that nobody starts again."""
    while True:
        dead = supervision.end_of_supervisord() if restarts else supervision.first_dead()
        if dead is not None:
            raise dead
        time.sleep(WATCH_SECONDS)


def _title(kind: str, profile: Profile) -> str:
    group = kind == "mysql" and profile.topology is HA
    return mysql_group.TITLE if group else choice.chosen(kind, lite=profile.lite).TITLE


def _front(profile: Profile, balancers: Sequence[str], public_url: str | None) -> list[Program]:
    if profile.topology is not HA:
        return [nginx_program(profile, balancers=balancers, public_url=public_url)]
    zones = [
        nginx_program(profile, balancers=[SOURCE, *balancers], public_url=public_url, zone=zone)
        for zone in profile.topology.zones
    ]
    before = balancer(profile, balancers=balancers)
    return [*zones, replace(before, after=[program.name for program in zones])]


@contextmanager
def only_one(profile: Profile) -> Iterator[None]:
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
