"""What the workers that read Kafka can be watched by."""

from __future__ import annotations

from contextlib import suppress

from prometheus_client import Counter, Gauge, Histogram

records_handled = Counter("main_consumer_records_handled", "Events whose effect is committed", ["group"])
records_passed = Counter(
    "main_consumer_records_passed", "Records that were logged and passed over", ["group", "topic", "reason"]
)
effects_postponed = Counter("main_consumer_effects_postponed", "Batches put off because MySQL was away", ["group"])
commits_failed = Counter("main_consumer_commits_failed", "Offset commits that failed after the effect", ["group"])
batch_records = Histogram(
    "main_consumer_batch_records", "Events in one batch", ["group"], buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500)
)
effect_seconds = Histogram("main_consumer_effect_seconds", "Time of one attempt at a batch's effect", ["group"])
lag_records = Gauge(
    "main_consumer_lag_records", "Records between our position and the end", ["group", "topic", "partition"]
)


def forget_lag(group: str, topic: str, partition: int) -> None:
    """The partition is somebody else's: do not go on reporting a lag that nobody measures."""
    with suppress(KeyError):
        lag_records.remove(group, topic, str(partition))
