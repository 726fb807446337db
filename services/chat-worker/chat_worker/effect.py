"""What becomes of a batch of records: its messages are in history, and the rest is said to be unfit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from chat_worker.batch import REUSED, Entry, sort_out
from chat_worker.message_store import Written
from chat_worker.metrics import WorkerMetrics
from salon_kit.kafka.records import Record, Unfit


class Store(Protocol):
    def add(self, entries: dict[str, Entry]) -> Written: ...


class StoreMessages:
    """The effect of the worker's loop. The same records again change nothing."""

    def __init__(self, *, store: Store, metrics: WorkerMetrics, epoch: int) -> None:
        self._store = store
        self._metrics = metrics
        self._epoch = epoch

    def __call__(self, records: Sequence[Record]) -> list[Unfit]:
        """Raises StoreUnavailable, which means: not now."""
        found = sort_out(records, epoch=self._epoch)
        written = self._store.add(found.entries)
        self._metrics.wrote(written, copies=found.copies, unknown=found.unknown)
        reused = [Unfit(entry.record, REUSED) for entry in written.reused]
        return [*found.unfit, *reused, *(Unfit(entry.record, reason) for entry, reason in written.refused)]
