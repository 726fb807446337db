"""Troubles that somebody must be written to about: each is a context, and over when it is left."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Of each round: long enough that nothing answers within half a second, short enough that nobody takes it for dead.
STANDS_SECONDS, RUNS_SECONDS = 2.5, 0.4


@contextmanager
def in_pulses(pid: int) -> Iterator[None]:
    """A server that does little between long pauses, as on a disk or a processor at its end."""
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            signal_family(pid, signal.SIGSTOP)
            over.wait(STANDS_SECONDS)
            signal_family(pid, signal.SIGCONT)
            over.wait(RUNS_SECONDS)

    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        signal_family(pid, signal.SIGCONT)


def signal_family(pid: int, number: int) -> None:
    """Also what descends from it: an engine in a sandbox is in a session of its own."""
    family = [pid]
    for member in family:
        with suppress(FileNotFoundError):
            family += map(int, Path(f"/proc/{member}/task/{member}/children").read_text(encoding="ascii").split())
    for member in family:
        with suppress(ProcessLookupError):
            os.kill(member, number)
