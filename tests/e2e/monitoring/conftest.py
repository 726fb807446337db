"""The monitoring of the system under test, with a Discord that keeps what it is sent."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from deploy.local.console import Console
from deploy.local.monitoring.place import Place
from deploy.local.monitoring.running import running
from deploy.local.run import pids
from deploy.local.run.probes import HOST
from deploy.local.run.supervision import Supervision
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import noted
from deploy.monitoring.prometheus_api import Prometheus
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


def until(condition: Callable[[], object], *, seconds: float, what: str) -> float:
    """How long it took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"waited {seconds:.0f} s for {what}"
        time.sleep(0.5)
    return time.monotonic() - began


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    place = Place(noted(os.environ["SALON_PROFILE"]))
    with fake_discord(tmp_path_factory.mktemp("discord")) as discord:
        choices = replace(read_choices(), discord_webhook_file=discord.address_file, webhook_file=None)
        with Console() as console, running(place, choices, console) as supervision:
            prometheus = Prometheus(f"http://{HOST}:{place.port('prometheus')}")
            yield Watched(place, prometheus, discord, supervision)


@pytest.fixture(scope="session")
def log_folder(watched: Watched) -> Path:
    return watched.place.profile.logs
