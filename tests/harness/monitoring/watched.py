"""Starts the monitoring of a system that runs, and what a test may ask it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from deploy.local.console import Console
from deploy.local.monitoring.pipeline import programs
from deploy.local.monitoring.place import RULES, Place
from deploy.local.monitoring.running import running
from deploy.local.run import pids
from deploy.local.run.probes import HOST
from deploy.local.run.supervision import Supervision
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile
from deploy.monitoring.prometheus_api import NotAnswered, Prometheus
from tests.harness.discord.process import FakeDiscord, fake_discord


@dataclass(frozen=True)
class Watched:
    place: Place
    prometheus: Prometheus
    discord: FakeDiscord
    supervision: Supervision

    def pid_of(self, name: str) -> int:
        """Of a part of the system, not of the monitoring."""
        pid = pids.running(self.place.watched, name)
        assert pid is not None, f"{name} does not run"
        return pid

    def embeds(self) -> list[dict[str, Any]]:
        return [embed for message in self.discord.messages() for embed in message["embeds"]]

    def embed_of(self, title: str, words: str = "", *, after: int = 0) -> dict[str, Any] | None:
        """The first whose title begins so, and in which these words stand somewhere; `after` so many others."""
        later = self.embeds()[after:]
        return next((one for one in later if one["title"].startswith(title) and words in str(one)), None)

    def kill_all(self) -> list[str]:
        """Every process of the monitoring, but for what starts them again. Gives their names."""
        profile = self.place.profile
        names = [path.name for path in (profile.state / "pids").glob("*") if path.name != "supervisord"]
        running = {name: pid for name in names if (pid := pids.running(profile, name)) is not None}
        for pid in running.values():
            os.killpg(pid, signal.SIGKILL)
        return list(running)

    def runs(self, name: str) -> bool:
        """A process of the monitoring."""
        return pids.running(self.place.profile, name) is not None

    def sick_targets(self) -> dict[str, str]:
        """Job and address of whoever is asked and does not answer, and why."""
        return {
            f"{one['labels']['job']} {one['scrapeUrl']}": one["lastError"]
            for one in self.prometheus.targets()
            if one["health"] != "up"
        }


@contextmanager
def watching(
    profile: Profile, choices: Choices, folder: Path, *, rules: Path = RULES, with_pipeline: bool = False
) -> Iterator[Watched]:
    """`folder` is for what Discord is sent. The programs for logs and spans must have been built."""
    pipeline = programs.of(Place(profile)) if with_pipeline else []
    place = Place(profile, rules, tuple(program.name for program in pipeline))
    with fake_discord(folder) as discord:
        chosen = replace(choices, discord_webhook_file=discord.address_file, webhook_file=None)
        with Console() as console, running(place, chosen, console, pipeline) as supervision:
            yield Watched(place, Prometheus(f"http://{HOST}:{place.port('prometheus')}"), discord, supervision)


def until(condition: Callable[[], object], *, seconds: float, what: str) -> float:
    """How long it took. While Prometheus does not answer, the condition does not hold."""
    began = time.monotonic()
    while not _holds(condition):
        assert time.monotonic() - began < seconds, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.5)
    return time.monotonic() - began


def _holds(condition: Callable[[], object]) -> bool:
    try:
        return bool(condition())
    except NotAnswered:
        return False
