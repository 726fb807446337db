"""Where a group member begins to read its partitions: what it has read nothing of yet it is behind in as well."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from confluent_kafka import Consumer, KafkaException, TopicPartition

from salon_kit.kafka.options import WhenLost
from salon_kit.kafka.records import Place

# For all of them: whoever waits for an assignment holds nothing yet, and the group waits longer.
ANSWER_SECONDS = 2.0


class Beginnings:
    """Asked once, when partitions are assigned. What Kafka does not say in time is not known, and is not guessed."""

    def __init__(self, when_offsets_are_lost: WhenLost) -> None:
        self._when_lost = when_offsets_are_lost
        self._offsets: dict[Place, int] = {}

    def ask(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        """One question about what was committed, and one more for each partition of which nothing was."""
        if not partitions:
            return
        deadline = time.monotonic() + ANSWER_SECONDS
        try:
            for one in consumer.committed(_fresh(partitions), timeout=ANSWER_SECONDS):
                if one.error is None:
                    self._offsets[one.topic, one.partition] = self._of(consumer, one, deadline)
        except KafkaException:
            return

    def of(self, place: Place) -> int | None:
        """The offset of the first record that is to be read there, where it is known."""
        return self._offsets.get(place)

    def forget(self, places: Iterable[Place]) -> None:
        for place in places:
            self._offsets.pop(place, None)

    def _of(self, consumer: Consumer, committed: TopicPartition, deadline: float) -> int:
        if committed.offset >= 0:
            return int(committed.offset)
        left = max(0.05, deadline - time.monotonic())
        low, high = consumer.get_watermark_offsets(committed, timeout=left, cached=False)
        return int(low if self._when_lost == "earliest" else high)


def _fresh(partitions: Sequence[TopicPartition]) -> list[TopicPartition]:
    return [TopicPartition(one.topic, one.partition) for one in partitions]
