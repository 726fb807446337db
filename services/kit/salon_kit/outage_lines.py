"""Lines about a server that is away: every request, frame and probe would write one, for as long as it lasts.

The first is written at once and without a traceback, since nobody has to look for a bug. Then one in ten seconds says
`times`, how many like it there were since the last one. What is no outage is logged as ever.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

EVERY_SECONDS = 10.0
# What tells one outage from another in a line of the same name. Each has few values, and so the memory is bounded.
_WHICH = ("role", "database", "dependency", "job", "topic", "status", "code")


class OutageLines:
    """Any thread may use it."""

    def __init__(self, *, every_seconds: float = EVERY_SECONDS) -> None:
        self._every_seconds = every_seconds
        self._lock = threading.Lock()
        self._written_at: dict[Hashable, float] = {}
        self._left_out: dict[Hashable, int] = {}

    def times(self, which: Hashable) -> int:
        """How many a line that is written now stands for; 0 when it is not to be written."""
        now = time.monotonic()
        with self._lock:
            if now - self._written_at.get(which, float("-inf")) < self._every_seconds:
                self._left_out[which] = self._left_out.get(which, 0) + 1
                return 0
            self._written_at[which] = now
            return self._left_out.pop(which, 0) + 1


_lines = OutageLines()


def outage(write: Callable[..., object], event: str, **facts: Any) -> None:
    """`write` is the logger's method, `log.warning`; `event` and what it says of which server tell outages apart."""
    which = (event, *(facts.get(name) for name in _WHICH))
    if times := _lines.times(which):
        write(event, **facts, times=times)
