"""The instances of a run: held, stopped, assigned to a release, started. The run itself is another process."""

from __future__ import annotations

import os
import time
import xmlrpc.client
from pathlib import Path

from deploy.local.failure import tail
from deploy.local.releases.release import Shelf, assigned_link, lead_to
from deploy.local.rolling.carrying_out import BadRelease
from deploy.local.run import holds, pids
from deploy.local.run.probes import HOST, serves
from deploy.local.run.supervisor_calls import ALIVE, NOT_WAITING, ask
from deploy.local.settings.profiles import Profile

# Longer than a process takes that leaves: its farewell, what it owes requests, and then some.
STOP_SECONDS = 40.0
LOOK_SECONDS = 0.1


class Instances:
    def __init__(self, profile: Profile, shelf: Shelf, *, start_seconds: float) -> None:
        self._profile = profile
        self._shelf = shelf
        self._start_seconds = start_seconds

    def runs(self, name: str) -> str | None:
        """By the folder in which the process is, which is that of its release."""
        pid = pids.running(self._profile, name)
        if pid is None or not self._is_alive(name):
            return None
        try:
            folder = Path(os.readlink(f"/proc/{pid}/cwd"))
        except OSError:
            return None
        return self._shelf.version_at(folder)

    def is_ready(self, name: str) -> bool:
        return self._is_alive(name) and serves(f"{self.url(name)}/readyz")()

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self._profile.port(name)}"

    def is_held(self, name: str) -> bool:
        return holds.is_held(self._profile, name)

    def hold(self, name: str) -> None:
        holds.hold(self._profile, name)

    def let_go(self, name: str) -> None:
        holds.let_go(self._profile, name)

    def stop(self, name: str) -> None:
        """SIGTERM: it leaves by itself. Whoever does not is ended."""
        if not self._is_alive(name):
            return
        try:
            ask(self._profile, "signalProcess", name, "TERM")
        except xmlrpc.client.Fault:  # it has ended this moment
            return
        until = time.monotonic() + STOP_SECONDS
        while self._is_alive(name):
            if time.monotonic() > until:
                ask(self._profile, "signalProcess", name, "KILL")
                until = time.monotonic() + STOP_SECONDS
            time.sleep(LOOK_SECONDS)

    def assign(self, name: str, release: str) -> None:
        lead_to(assigned_link(self._profile, name), self._shelf.named(release).root)

    def start(self, name: str) -> None:
        """Raises BadRelease when it does not get ready."""
        if not self._is_alive(name):
            try:
                ask(self._profile, "startProcess", name, NOT_WAITING)
            except xmlrpc.client.Fault as fault:
                raise BadRelease(f"{name} cannot be started: {fault.faultString}") from fault
        until = time.monotonic() + self._start_seconds
        while not self.is_ready(name):
            if not self._is_alive(name):
                raise BadRelease(f"{name} ended before it was ready:\n{self.last_words(name)}")
            if time.monotonic() > until:
                raise BadRelease(f"{name} was not ready within {self._start_seconds:.0f} s:\n{self.last_words(name)}")
            time.sleep(LOOK_SECONDS)

    def last_words(self, name: str) -> str:
        return tail(self._profile.logs / f"{name}.log", 8)

    def _is_alive(self, name: str) -> bool:
        return ask(self._profile, "getProcessInfo", name)["statename"] in ALIVE
