"""Asks where a log ends and how far a group has come, for who waits behind a request: every question has an end."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from salon_kit.kafka.options import of_reader

T = TypeVar("T")

WITHIN_SECONDS = 0.9
# A leader that lives answers sooner. One that is gone is asked in vain for as long as the client believes in it.
FIRST_SECONDS = 0.3
BETWEEN_SECONDS = 0.05
# After a question that nobody answered whoever comes next with the same is told so at once.
NOT_AGAIN_SECONDS = 0.5


class Onlooker:
    """It joins no group and reads no records. Any thread may use it."""

    def __init__(self, *, brokers: str, group: str) -> None:
        self._consumer = Consumer(
            of_reader(brokers=brokers, name=group, when_offsets_are_lost="error"),
            logger=logging.getLogger("librdkafka"),
        )
        self._failed_at: dict[object, float] = {}

    def end_of(self, topic: str, partition: int) -> int:
        """The offset that the next record will get. Raises KafkaException."""
        place = TopicPartition(topic, partition)
        return self._answer((topic, partition), lambda until: self._end_of(place, until))

    def committed(self, topic: str, partition: int) -> int | None:
        """Where the group goes on; None where it has committed nothing. Raises KafkaException."""
        place = TopicPartition(topic, partition)
        # One broker coordinates the group, whatever the partition.
        return self._answer("coordinator", lambda until: self._committed(place, until))

    def close(self) -> None:
        self._consumer.close()

    def _answer(self, of: object, question: Callable[[float], T]) -> T:
        asked_at = time.monotonic()
        if asked_at - self._failed_at.get(of, float("-inf")) < NOT_AGAIN_SECONDS:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))  # noqa: SLF001  # its public name
        try:
            return question(asked_at + WITHIN_SECONDS)
        except KafkaException:
            self._failed_at[of] = time.monotonic()
            raise
        finally:
            self._consumer.poll(0)  # what the client has to say of its brokers, which it would pile up

    def _end_of(self, place: TopicPartition, until: float) -> int:
        try:
            return self._end(place, FIRST_SECONDS)
        except KafkaException as error:
            last = error
        while (left := until - time.monotonic()) > BETWEEN_SECONDS:
            try:
                # The client knows of no other leader before it asks for the topic again.
                self._consumer.list_topics(place.topic, timeout=left)
                return self._end(place, min(FIRST_SECONDS, max(BETWEEN_SECONDS, until - time.monotonic())))
            except KafkaException as error:
                last = error
                time.sleep(BETWEEN_SECONDS)
        raise last

    def _end(self, place: TopicPartition, seconds: float) -> int:
        _low, high = self._consumer.get_watermark_offsets(place, timeout=seconds)
        return int(high)

    def _committed(self, place: TopicPartition, until: float) -> int | None:
        (found,) = self._consumer.committed([place], timeout=max(BETWEEN_SECONDS, until - time.monotonic()))
        if found.error is not None:
            raise KafkaException(found.error)
        return found.offset if found.offset >= 0 else None
