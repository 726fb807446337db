"""The test programs that run at this moment, so that all of them end with us."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from deploy.local.failure import Abandoned

END_SECONDS = 30.0


class PartRuns:
    """Used as a context manager: whatever still runs at its end is ended."""

    def __init__(self) -> None:
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._is_over = False

    def __enter__(self) -> PartRuns:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()

    def run(self, command: Sequence[str], *, folder: Path, variables: Mapping[str, str], log: Path) -> int:
        """The exit code. Raises Abandoned when all was ended before."""
        with log.open("w", encoding="utf-8") as out:
            with self._lock:
                if self._is_over:
                    raise Abandoned("all tests were told to end")
                program = subprocess.Popen(
                    command, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT
                )
                self._running.add(program)
            try:
                return program.wait()
            finally:
                self._end(program)

    def end_all(self) -> None:
        with self._lock:
            self._is_over = True
            running = list(self._running)
        for program in running:
            self._end(program)

    def _end(self, program: subprocess.Popen[bytes]) -> None:
        if program.poll() is None:
            # As with Ctrl-C: pytest then ends what its fixtures have started. At a SIGTERM it would leave it running.
            program.send_signal(signal.SIGINT)
            try:
                program.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        with self._lock:
            self._running.discard(program)
