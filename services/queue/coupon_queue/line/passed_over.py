"""What is said of records that nobody can use: all are counted, and a burst of them is not written line by line."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from coupon_queue.metrics import records_passed
from salon_kit.logs import get_logger

log = get_logger(__name__)

LINES_A_SECOND = 10


class PassedOver:
    """Of a process. Writing a line costs as much as reading a record, and the same thread keeps the lead."""

    def __init__(self) -> None:
        self._since = float("-inf")
        self._lines = 0
        self._left_out = 0

    def note(self, write: Callable[..., object], event: str, *, topic: str, outcome: str, **facts: Any) -> None:
        """Count one more record, and `write` about it if not too much was written in this second."""
        records_passed.labels(topic, outcome).inc()
        self.look()
        if self._lines < LINES_A_SECOND:
            self._lines += 1
            write(event, topic=topic, **facts)
        else:
            self._left_out += 1

    def look(self) -> None:
        """A second later, tell how many were left out."""
        now = time.monotonic()
        if now - self._since < 1.0:
            return
        if self._left_out:
            log.error("records_passed_over_unlogged", count=self._left_out)
        self._since, self._lines, self._left_out = now, 0, 0


passed_over = PassedOver()
