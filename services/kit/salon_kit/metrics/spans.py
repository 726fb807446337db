"""Spans that were worth keeping and are lost all the same."""

from __future__ import annotations

import threading

from salon_contracts.metrics import shared
from salon_kit.metrics.instruments import counters

dropped = counters(shared.SPANS_DROPPED)
for _reason in shared.SPANS_DROPPED.labels[0].values:
    dropped.labels(_reason)  # from 0 on: of what begins with 1 nobody can see that it rose


class Queued:
    """How many wait to be sent. What finds no place is counted; the library drops as many without a word.

    While a batch is on its way out it may count some too many: a queue that is nearly full is to be heard of as well.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting = 0
        self._lock = threading.Lock()

    def one_more(self) -> None:
        with self._lock:
            if self._waiting < self._most:
                self._waiting += 1
                return
        dropped.labels("queue-full").inc()

    def taken(self, count: int) -> None:
        with self._lock:
            self._waiting = max(0, self._waiting - count)
