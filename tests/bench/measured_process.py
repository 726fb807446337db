"""One process that is measured: pinned to a core, its memory and processor time read from /proc."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.failure import CannotGoOn, tail
from deploy.local.places import ROOT
from deploy.local.run.program import Ready

READY_SECONDS = 30.0
STOP_SECONDS = 20.0
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class MeasuredProcess:
    """Ready inside its `with` block, gone after it. Also gone when this process dies."""

    def __init__(
        self,
        *,
        name: str,
        command: Sequence[str],
        ready: Ready,
        log: Path,
        core: int | None,
        cwd: Path = ROOT,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        pinned = [] if core is None else ["taskset", "--cpu-list", str(core)]
        self._command = ["setpriv", "--pdeathsig", "TERM", *pinned, *command]
        self._ready = ready
        self._log = log
        self._cwd = cwd
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._cwd,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait_until_ready(self._process)
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self._ready():
            if process.poll() is not None or time.monotonic() > until:
                raise CannotGoOn(
                    what=self.name, why=f"not ready; its last lines:\n{tail(self._log)}", do=f"read {self._log}"
                )
            time.sleep(0.05)

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def use_every_core() -> None:
    """Undo a pin that this process inherited or set."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))


def memory_bytes(*pids: int) -> int:
    """Resident memory (RSS), pages that processes share counted once for each."""
    return sum(_pages(pid) for pid in pids) * os.sysconf("SC_PAGE_SIZE")


def processor_seconds(*pids: int) -> float:
    """User and system time since the start."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICKS_PER_SECOND


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _pages(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
