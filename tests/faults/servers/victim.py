"""A process that a test may kill, stop and start again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from deploy.local.failure import CannotGoOn, tail
from deploy.local.run.program import Program
from tests.faults.places import LOGS

_POLL_SECONDS = 0.03


class Victim:
    """Runs a Program in a session of its own, so that a signal reaches all that belongs to it and nothing else."""

    def __init__(self, program: Program, environment: Mapping[str, str] | None = None, *, logs: Path = LOGS) -> None:
        self.program = program
        self._environment = {**os.environ, **(environment or {}), **program.environment}
        self._process: subprocess.Popen[bytes] | None = None
        self.log: Path = logs / f"{program.name}.log"

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.program.name} was not started"
        return self._process.pid

    def start(self) -> None:
        """Returns when it is ready. Raises CannotGoOn with the end of its log."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        self.program.prepare()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            out.write(f"--- started {time.strftime('%H:%M:%S')}\n".encode())
            out.flush()
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *self.program.command],
                cwd=self.program.cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self) -> None:
        process = self._process
        assert process is not None
        until = time.monotonic() + self.program.ready_seconds
        while not self.program.ready():
            if process.poll() is not None or time.monotonic() > until:
                why = f"not ready; its last lines:\n{tail(self.log)}"
                raise CannotGoOn(what=self.program.name, why=why, do=f"read {self.log}")
            time.sleep(_POLL_SECONDS)
        self.program.once_ready()

    def with_changes(self, **changes: object) -> None:
        """Start it differently the next time."""
        self.program = replace(self.program, **changes)  # type: ignore[arg-type]  # the fields of a Program

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """As `kill -9`: no goodbye, nothing flushed. The server may be a child of what wraps it."""
        assert self._process is not None
        members = family(self.pid)
        # All of the session in one step: an nginx whose worker died first would start another one, which stays.
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        for pid in members:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    def freeze(self) -> None:
        """As a machine that hangs, or whose network is gone: connections stay, nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def stop(self) -> None:
        if not self.is_running or self._process is None:
            return
        self._signal(signal.SIGCONT)
        self._signal(signal.SIGTERM)
        try:
            self._process.wait(self.program.stop_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def _signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, number)


def family(pid: int) -> list[int]:
    """The process and all that descend from it, parents first."""
    found = [pid]
    for member in found:
        with suppress(FileNotFoundError):
            found += map(int, Path(f"/proc/{member}/task/{member}/children").read_text().split())
    return found
