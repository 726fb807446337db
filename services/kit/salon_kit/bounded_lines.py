"""Lines of which a flood may come: a few in each second are written, and how many more there were."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

LINES_A_SECOND = 10


class BoundedLines:
    """For one thread. Writing a line costs as much as reading a record, and a disk has an end.

    `summary` writes the line about those that were left out: it is called with their `count`.
    """

    def __init__(self, summary: Callable[..., object], event: str) -> None:
        self._summary = summary
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
            self._summary(self._event, count=self._left_out)
        self._since, self._lines, self._left_out = now, 0, 0
