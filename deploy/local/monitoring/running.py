"""Starts the monitoring and stays: follows what the watched system becomes, and starts again what dies of its own."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from deploy.local.console import Console
from deploy.local.failure import CannotGoOn
from deploy.local.monitoring import programs, targets
from deploy.local.monitoring.pipeline import programs as pipeline_programs
from deploy.local.monitoring.pipeline.install import install
from deploy.local.monitoring.place import Place
from deploy.local.run import previous_run
from deploy.local.run.probes import HOST
from deploy.local.run.program import Program
from deploy.local.run.starting import start_all
from deploy.local.run.supervision import Supervision
from deploy.local.run.system import is_running, only_one
from deploy.local.settings import ports
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile, noted
from deploy.local.zones.restarts import Restarts

FOLLOWED_EVERY_SECONDS = 2.0
OTHER_PORTS = "stop that program, or start both with another SALON_FIRST_PORT"


def monitor(profile_name: str, choices: Choices, *, metrics_only: bool) -> int:
    """Until Ctrl-C or SIGTERM. What cannot be built is said, and the rest watches. Raises CannotGoOn."""
    place = Place(watched_profile(profile_name))
    with Console() as console:
        pipeline = [] if metrics_only else _pipeline(place, console)
        place = replace(place, pipeline=tuple(program.name for program in pipeline))
        with running(place, choices, console, pipeline) as supervision:
            _show(place, choices, pipeline)
            return _stay(place, console, supervision)


def _pipeline(place: Place, console: Console) -> list[Program]:
    """Those that could be built."""
    failures = install(console)
    for failure in failures.values():
        console.say(str(failure))
    return [program for program in pipeline_programs.of(place) if program.name not in failures]


def _stay(place: Place, console: Console, supervision: Supervision) -> int:
    try:
        while not supervision.has_ended():
            time.sleep(FOLLOWED_EVERY_SECONDS)
            targets.write(place)
    except KeyboardInterrupt:
        console.say("stopping the monitoring; what it watched goes on")
    print("stopped", flush=True)
    return 0


def watched_profile(name: str) -> Profile:
    """The one that runs, or else ran last: dev and ha stand in each other's place."""
    known = [profile for one in ("dev", "ha") if (profile := _noted(one))] if name in {"dev", "ha"} else []
    running_now = [profile for profile in known if is_running(profile)]
    by_name = [profile for profile in (*known, _noted(name)) if profile is not None and profile.name == name]
    found = next(iter([*running_now, *by_name, *known]), None)
    if found is None:
        raise CannotGoOn(
            what="make monitoring", why="nothing was started here yet", do="make run, in another terminal, first"
        )
    return found


@contextmanager
def running(
    place: Place, choices: Choices, console: Console, pipeline: Sequence[Program] = ()
) -> Iterator[Supervision]:
    """`pipeline` is what takes logs and spans."""
    started = [*programs.of(place, choices), *pipeline]
    profile = place.profile
    with only_one(profile):
        previous_run.wait_until_gone(profile, console)
        ports.insist_on_free([(one.name, port) for one in started for port in one.ports], do=OTHER_PORTS)
        with Supervision(profile, started, {}) as supervision:
            start_all(supervision, started, console)
            with Restarts(profile, supervision, started, console.say):
                yield supervision


def _noted(name: str) -> Profile | None:
    try:
        return noted(name)
    except FileNotFoundError:
        return None


def _show(place: Place, choices: Choices, pipeline: Sequence[Program]) -> None:
    pages = ["prometheus", "alertmanager", *(one.name for one in pipeline if one.name in {"jaeger", "victoria-logs"})]
    at = {name: f"http://{HOST}:{place.port(name)}" for name in pages}
    written_to = ", ".join(programs.channels(choices)) or "nobody (SALON_DISCORD_WEBHOOK_FILE, SALON_WEBHOOK_FILE)"
    print(f"watching profile {place.watched.name}")
    for name, address in at.items():
        print(f"  {name:14}{address}")
    print(f"  {'written to':14}{written_to}; all messages: {place.profile.logs / 'messages.jsonl'}", flush=True)
