"""When each frame was sent, in memory that the publisher and all client processes share.

CLOCK_MONOTONIC is one clock for all processes of a machine, so a difference needs no synchronising.
"""

from __future__ import annotations

import mmap
import time
from pathlib import Path

SLOTS = 1 << 16


class SentTimes:
    """Nanoseconds by the frame's `seq`. A seq that nobody marked reads 0: that frame is not measured."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            file.truncate(SLOTS * 8)
            self._table = memoryview(mmap.mmap(file.fileno(), SLOTS * 8)).cast("q")

    def clear(self) -> None:
        for slot in range(SLOTS):
            self._table[slot] = 0

    def mark(self, seq: int) -> None:
        """Call right before the frame is handed to the server."""
        self._table[seq % SLOTS] = time.monotonic_ns()

    def of(self, seq: int) -> int:
        return self._table[seq % SLOTS]
