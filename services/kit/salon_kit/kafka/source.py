"""The log, seen from a member of a group: take records, say what is done, stay a member while nothing can be done."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from salon_kit.kafka.beginnings import Beginnings
from salon_kit.kafka.options import WhenLost, of_group_member
from salon_kit.kafka.records import BROKEN, Place, Record, Stumbles, broken_record, record_of
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage

log = get_logger(__name__)


class CommitRefused(Exception):
    """The broker did not take the commit. The records will come again, here or at the next owner."""


class OnRevoked(Protocol):
    def __call__(self, places: set[Place], *, lost: bool) -> None: ...


class Source(Protocol):
    """A group member's view of its topics. `MemorySource` is the same thing in memory, for tests."""

    @property
    def has_joined(self) -> bool: ...
    def start(self, *, on_revoked: OnRevoked) -> None: ...
    def take(self, limit: int, *, wait_seconds: float) -> Iterator[Record]: ...
    def commit(self, next_offsets: Mapping[Place, int]) -> None: ...
    def idle(self, seconds: float) -> Iterator[Record]: ...
    def lag(self) -> dict[Place, int]: ...
    def close(self) -> None: ...


class KafkaSource:
    """Nothing is committed but what `commit` is told. Rebalances call back from inside `take` and `idle` only."""

    def __init__(
        self, *, topics: Sequence[str], brokers: str, group: str, when_offsets_are_lost: WhenLost, **overrides: Any
    ) -> None:
        self._topics = list(topics)
        self._is_idle = False
        self._has_joined = False
        self._stumbles = Stumbles()
        self._beginnings = Beginnings(when_offsets_are_lost)
        self._consumer = Consumer(
            {
                **of_group_member(brokers=brokers, group=group, when_offsets_are_lost=when_offsets_are_lost),
                **overrides,
            },
            logger=logging.getLogger("librdkafka"),
        )

    @property
    def has_joined(self) -> bool:
        return self._has_joined

    def start(self, *, on_revoked: OnRevoked) -> None:
        def revoked(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            on_revoked(_places(partitions), lost=False)
            self._beginnings.forget(_places(partitions))

        def lost(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            on_revoked(_places(partitions), lost=True)
            self._beginnings.forget(_places(partitions))

        self._consumer.subscribe(self._topics, on_assign=self._assigned, on_revoke=revoked, on_lost=lost)

    def take(self, limit: int, *, wait_seconds: float) -> Iterator[Record]:
        """At most `limit` records: waits only while there is not one, never for a batch to fill.

        One by one, so that who holds them knows of each before the next poll, in which it may be revoked. Not
        `consume(n)`, which may hand over records of a partition that was revoked meanwhile.
        """
        message = self._consumer.poll(wait_seconds)
        taken = 0
        while message is not None:
            yield from self._records_in(message)
            taken += 1
            message = self._consumer.poll(0) if taken < limit else None

    def commit(self, next_offsets: Mapping[Place, int]) -> None:
        """Returns when the group's coordinator has it. Raises CommitRefused."""
        offsets = [TopicPartition(topic, partition, end) for (topic, partition), end in next_offsets.items()]
        try:
            answers = self._consumer.commit(offsets=offsets, asynchronous=False) or []
        except KafkaException as error:
            raise CommitRefused(str(error)) from error
        for answer in answers:
            if answer.error is not None:
                raise CommitRefused(f"{answer.topic}/{answer.partition}: {answer.error}")

    def idle(self, seconds: float) -> Iterator[Record]:
        """Stay in the group for a while without reading on. What slipped through is handed over, not lost."""
        self._is_idle = True
        self._consumer.pause(self._consumer.assignment())
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0:
                message = self._consumer.poll(left)
                if message is not None:
                    yield from self._records_in(message)
        finally:
            self._is_idle = False
            self._consumer.resume(self._consumer.assignment())

    def lag(self) -> dict[Place, int]:
        """Records not read yet, for each partition of ours, from what the last fetches said. No round trip.

        Of one that nothing was read of yet, from where reading begins.
        """
        result = {}
        for here in self._consumer.position(self._consumer.assignment()):
            place = (here.topic, here.partition)
            _low, high = self._consumer.get_watermark_offsets(here, cached=True)
            reached = here.offset if here.offset >= 0 else self._beginnings.of(place)
            if high >= 0 and reached is not None:
                result[place] = max(0, high - reached)
        return result

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._has_joined = True
        log.info("partitions_assigned", partitions=[f"{one.topic}/{one.partition}" for one in partitions])
        self._beginnings.ask(consumer, partitions)
        consumer.incremental_assign(partitions)
        if self._is_idle:
            consumer.pause(partitions)

    def _records_in(self, message: Message) -> Iterator[Record]:
        error = message.error()
        if error is None:
            record = record_of(message)
            self._stumbles.went_on(record.place)
            yield record
        elif error.fatal():
            raise KafkaException(error)
        elif error.code() in BROKEN and message.topic() is not None:
            yield from self._skipped(message, error)
        else:
            outage(log.warning, "consumer_told_of_error", code=error.name(), reason=error.str())

    def _skipped(self, message: Message, error: KafkaError) -> Iterator[Record]:
        place = (message.topic() or "", message.partition() or 0)
        log.error("log_cannot_be_unpacked", code=error.name(), reason=error.str(), topic=place[0], partition=place[1])
        if not self._stumbles.is_for_good(place):
            return
        offset = self._position(place, otherwise=message.offset() or 0)
        self._consumer.seek(TopicPartition(*place, offset + 1))
        yield broken_record(place, offset, error)

    def _position(self, place: Place, *, otherwise: int) -> int:
        """A batch that cannot be unpacked is told by its first offset, also when we stand within it."""
        (here,) = self._consumer.position([TopicPartition(*place)])
        return max(otherwise, here.offset)


def _places(partitions: Sequence[TopicPartition]) -> set[Place]:
    return {(one.topic, one.partition) for one in partitions}
