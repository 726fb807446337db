"""Main's processes on a MySQL group, as in two zones: their address names all members, and nobody says who leads."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.probes import HOST, serves
from deploy.local.run.program import Program
from tests.faults.servers.in_main import InMain
from tests.faults.servers.mysql_group import PASSWORD
from tests.faults.servers.victim import Victim

MAIN = SERVICES / "main"


@dataclass
class MainOnGroup:
    """`url` names the servers and `folder` is theirs; `environment` has Redis, Kafka, MongoDB and main's keys."""

    url: str
    folder: Path
    environment: Mapping[str, str]
    processes: dict[str, Victim] = field(default_factory=dict)

    @property
    def variables(self) -> dict[str, str]:
        password = self.folder / "password"
        password.write_text(PASSWORD)
        own = {"MAIN_DATABASE_URL": self.url, "MAIN_DATABASE_PASSWORD_FILE": str(password)}
        return {**self.environment, **own, "MAIN_LOG_FORMAT": "json"}

    @property
    def inside(self) -> InMain:
        return InMain(self.variables)

    def manage(self, *words: str) -> str:
        """What the command printed."""
        ran = subprocess.run(
            [str(VENV_PYTHON), "manage.py", *words],
            cwd=MAIN,
            env={**os.environ, **self.variables},
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode:
            raise RuntimeError(f"main: {words} failed:\n{ran.stderr[-2000:]}")
        return ran.stdout

    def make(self) -> None:
        """Tables and a small marketplace."""
        self.manage("migrate", "--no-input")
        self.manage("seed")

    def serve(self, name: str, *, port: int, **changed: str) -> httpx.Client:
        """One more `manage.py serve`, ready, and a client of it."""
        self._start(name, ["serve", "--host", HOST, "--port", str(port)], port, changed)
        return httpx.Client(base_url=f"http://{HOST}:{port}", timeout=30)

    def work(self, command: str, *, port: int) -> Victim:
        """One of main's workers, ready."""
        return self._start(command, [command, "--metrics-port", str(port)], port, {})

    def _start(self, name: str, words: list[str], port: int, changed: Mapping[str, str]) -> Victim:
        program = Program(
            name=name,
            command=[str(VENV_PYTHON), "manage.py", *words],
            ports=[port],
            ready=serves(f"http://{HOST}:{port}/readyz"),
            cwd=MAIN,
        )
        victim = self.processes[name] = Victim(program, {**self.variables, **changed})
        victim.start()
        return victim

    def stop(self) -> None:
        for victim in self.processes.values():
            victim.stop()
