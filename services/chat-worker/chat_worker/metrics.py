"""What the worker can be watched by."""

from __future__ import annotations

from collections.abc import Sequence

from chat_worker.batch import REUSED
from chat_worker.message_store import Written
from salon_contracts.metrics import chat_worker as listed
from salon_contracts.stores.chat_history import WORKER_GROUP
from salon_kit.kafka.records import Record, Unfit
from salon_kit.metrics.consumers import GroupMetrics, Instruments
from salon_kit.metrics.instruments import counter, counters, own_registry
from salon_kit.metrics.spans import dropped as spans_dropped


class WorkerMetrics(GroupMetrics):
    """The loop and its effect write; the health server's threads read."""

    def __init__(self) -> None:
        self.registry = own_registry()
        self.registry.register(spans_dropped.family)
        super().__init__(WORKER_GROUP, Instruments(self.registry))
        self._stored = counter(listed.STORED, self.registry)
        self._copies = counter(listed.COPIES, self.registry)
        self._dead_letters = counters(listed.DEAD_LETTERS, self.registry)
        self._unknown = counter(listed.UNKNOWN_EVENTS, self.registry)

    def wrote(self, written: Written, *, copies: int, unknown: int) -> None:
        self._stored.inc(written.stored)
        self._copies.inc(copies + written.copies)
        self._unknown.inc(unknown)

    def kept(self, records: Sequence[Record], unfit: Sequence[Unfit], *, seconds: float) -> None:
        super().kept(records, unfit, seconds=seconds)
        for _, reason in unfit:
            self._dead_letters.labels(REUSED if reason == REUSED else "unreadable").inc()
