"""What the workers that read Kafka can be watched by."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from prometheus_client import Counter, Gauge, Histogram

from salon_kit.kafka.records import Place, Unfit

records_handled = Counter("main_consumer_records_handled", "Events whose effect is committed", ["group"])
records_passed = Counter(
    "main_consumer_records_passed", "Records that were set aside or passed over", ["group", "topic", "reason"]
)
effects_postponed = Counter("main_consumer_effects_postponed", "Batches put off because MySQL was away", ["group"])
commits_failed = Counter("main_consumer_commits_failed", "Offset commits that failed after the effect", ["group"])
batch_records = Histogram(
    "main_consumer_batch_records", "Records in one batch", ["group"], buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)
effect_seconds = Histogram(
    "main_consumer_effect_seconds", "From the beginning of a batch's effect until all of it is kept", ["group"]
)
lag_records = Gauge(
    "main_consumer_lag_records", "Records between our position and the end", ["group", "topic", "partition"]
)


class GroupMetrics:
    """What salon_kit's loop tells of one group."""

    def __init__(self, group: str) -> None:
        self._group = group

    def kept(self, records: int, unfit: Sequence[Unfit], *, seconds: float) -> None:
        batch_records.labels(self._group).observe(records)
        effect_seconds.labels(self._group).observe(seconds)
        for record, _reason in unfit:
            records_passed.labels(self._group, record.topic, "set-aside").inc()

    def postponed(self) -> None:
        effects_postponed.labels(self._group).inc()

    def commit_failed(self) -> None:
        commits_failed.labels(self._group).inc()

    def given_up(self, places: set[Place]) -> None:
        """They are somebody else's: do not go on reporting a lag that nobody measures."""
        for topic, partition in places:
            with suppress(KeyError):
                lag_records.remove(self._group, topic, str(partition))

    def lag(self, records: dict[Place, int]) -> None:
        for (topic, partition), count in records.items():
            lag_records.labels(self._group, topic, str(partition)).set(count)
