"""What is said of records that nobody can use: all are counted, and a burst of them is not written line by line."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from coupon_queue.metrics import records_passed
from salon_kit.bounded_lines import BoundedLines
from salon_kit.logs import get_logger

log = get_logger(__name__)


class PassedOver:
    """Of a process: the thread that reads them keeps the lead too."""

    def __init__(self) -> None:
        self._lines = BoundedLines(log, logging.ERROR, "records_passed_over_unlogged")

    def note(self, write: Callable[..., object], event: str, *, topic: str, outcome: str, **facts: Any) -> None:
        """Count one more record, and `write` about it if not too much was written in this second."""
        records_passed.labels(topic, outcome).inc()
        self._lines.write(write, event, topic=topic, **facts)

    def look(self) -> None:
        """A second later, tell how many were left out."""
        self._lines.look()


passed_over = PassedOver()
