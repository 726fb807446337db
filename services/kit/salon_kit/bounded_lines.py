"""Lines of which a flood may come: a few in each second are written, and how many more there were."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from structlog.stdlib import BoundLogger

LINES_A_SECOND = 10


class BoundedLines:
    """For one thread. Writing a line costs as much as reading a record, and a disk has an end.

    `event`, at `level` (of `logging`), is the line about those that were left out, with their `count`. The logger is
    asked for its method only then: one taken while modules are imported, before `configure_logs`, writes another shape.
    """

    def __init__(self, log: BoundLogger, level: int, event: str) -> None:
        self._log = log
        self._level = level
        self._event = event
        self._since = float("-inf")
        self._lines = 0
        self._left_out = 0

    def write(self, write: Callable[..., object], event: str, **facts: Any) -> None:
        """If not too much was written in this second."""
        self.look()
        if self._lines < LINES_A_SECOND:
            self._lines += 1
            write(event, **facts)
        else:
            self._left_out += 1

    def look(self) -> None:
        """A second later, tell how many were left out. To be called now and then, also when no more come."""
        now = time.monotonic()
        if now - self._since < 1.0:
            return
        if self._left_out:
            self._log.log(self._level, self._event, count=self._left_out)
        self._since, self._lines, self._left_out = now, 0, 0
