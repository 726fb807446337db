"""What the worker can be watched by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from chat_worker.batch import REUSED
from chat_worker.message_store import Written
from salon_kit.kafka.records import Place, Unfit


class WorkerMetrics:
    """Told by the loop and its effect; read by the health server's threads."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.stored = Counter("chat_messages_stored", "Messages written to history", registry=self.registry)
        self.copies = Counter("chat_message_copies", "Records whose message was there already", registry=self.registry)
        self.dead_letters = Counter(
            "chat_dead_letters", "Records set aside, by the kind of reason", ["reason"], registry=self.registry
        )
        self.unknown = Counter("chat_unknown_events", "Records of a type not known yet", registry=self.registry)
        self.retries = Counter("chat_batch_retries", "Batches that had to be tried again", registry=self.registry)
        self.refused_commits = Counter(
            "chat_commits_failed", "Commits that failed after a write", registry=self.registry
        )
        self.batch_size = Histogram(
            "chat_batch_size", "Records in a batch", buckets=(1, 5, 20, 100, 300, 1000), registry=self.registry
        )
        self.lag_records = Gauge("chat_lag_records", "Records not read yet", ["partition"], registry=self.registry)
        self.age = Gauge("chat_heartbeat_age_seconds", "Since the loop last came round", registry=self.registry)

    def watch_age(self, age_seconds: Callable[[], float]) -> None:
        self.age.set_function(age_seconds)

    def wrote(self, written: Written, *, copies: int, unknown: int) -> None:
        self.stored.inc(written.stored)
        self.copies.inc(copies + written.copies)
        self.unknown.inc(unknown)

    def kept(self, records: int, unfit: Sequence[Unfit], *, seconds: float) -> None:
        self.batch_size.observe(records)
        for _, reason in unfit:
            self.dead_letters.labels(reason=REUSED if reason == REUSED else "unreadable").inc()

    def postponed(self) -> None:
        self.retries.inc()

    def commit_failed(self) -> None:
        self.refused_commits.inc()

    def given_up(self, places: set[Place]) -> None:
        """Their lag is gone with the next measurement."""

    def lag(self, records: dict[Place, int]) -> None:
        """Partitions that are not ours any more disappear: somebody else reports them."""
        self.lag_records.clear()
        for (_topic, partition), count in records.items():
            self.lag_records.labels(partition=str(partition)).set(count)
