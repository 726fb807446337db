"""The log, seen from the worker: take records, say what is done, stay a member while nothing can be done."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from chat_worker.batch import Record
from salon_contracts.logs import get_logger

log = get_logger(__name__)

GROUP = "chat-worker"


class CommitRefused(Exception):
    """The broker did not take the commit. The records will come again, here or at the next owner."""


class OnRevoked(Protocol):
    def __call__(self, partitions: set[int], *, lost: bool) -> None: ...


class Source(Protocol):
    """A group member's view of one topic. `FakeSource` in the tests is the same thing in memory."""

    def start(self, *, on_revoked: OnRevoked) -> None: ...
    def take(self, limit: int, *, wait_seconds: float) -> list[Record]: ...
    def commit(self, next_offsets: Mapping[int, int]) -> None: ...
    def idle(self, seconds: float) -> list[Record]: ...
    def lag(self) -> dict[int, int]: ...
    def close(self) -> None: ...


class KafkaSource:
    """KIP-848 group membership; nothing is committed but what `commit` is told."""

    def __init__(self, *, brokers: str, topic: str, group: str = GROUP, **overrides: Any) -> None:
        self._topic = topic
        self._idle = False
        self._consumer = Consumer(
            {
                "bootstrap.servers": brokers,
                "group.id": group,
                "group.protocol": "consumer",
                "client.id": "chat-worker",
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                # A new group, or one whose place has been deleted, must read all there is.
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "fetch.wait.max.ms": 100,
                "queued.max.messages.kbytes": 16_384,
                **overrides,
            },
            logger=logging.getLogger("librdkafka"),
        )

    def start(self, *, on_revoked: OnRevoked) -> None:
        def revoked(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            on_revoked({one.partition for one in partitions}, lost=False)

        def lost(_consumer: Consumer, partitions: list[TopicPartition]) -> None:
            on_revoked({one.partition for one in partitions}, lost=True)

        self._consumer.subscribe([self._topic], on_assign=self._assigned, on_revoke=revoked, on_lost=lost)

    def take(self, limit: int, *, wait_seconds: float) -> list[Record]:
        """At most `limit` records: waits only while there is not one, never for the batch to fill."""
        if wait_seconds:
            message = self._consumer.poll(wait_seconds)
            return list(_records([message] if message is not None else []))
        return list(_records(self._consumer.consume(limit, 0)))

    def commit(self, next_offsets: Mapping[int, int]) -> None:
        """Returns when the group coordinator has it. Raises CommitRefused."""
        offsets = [TopicPartition(self._topic, partition, offset) for partition, offset in next_offsets.items()]
        try:
            answers = self._consumer.commit(offsets=offsets, asynchronous=False) or []
        except KafkaException as error:
            raise CommitRefused(str(error)) from error
        for answer in answers:
            if answer.error is not None:
                raise CommitRefused(str(answer.error))

    def idle(self, seconds: float) -> list[Record]:
        """Stay in the group for a while without reading on. What slipped through is returned, not lost."""
        self._idle = True
        self._consumer.pause(self._consumer.assignment())
        slipped: list[Record] = []
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0:
                message = self._consumer.poll(left)
                slipped.extend(_records([message] if message is not None else []))
        finally:
            self._idle = False
            self._consumer.resume(self._consumer.assignment())
        return slipped

    def lag(self) -> dict[int, int]:
        """Records not read yet, per partition of ours, from what the last fetches said. No round trip."""
        result = {}
        for place in self._consumer.position(self._consumer.assignment()):
            _low, high = self._consumer.get_watermark_offsets(place, cached=True)
            if high >= 0 and place.offset >= 0:
                result[place.partition] = max(0, high - place.offset)
        return result

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._consumer.close()

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        log.info("partitions_assigned", partitions=[one.partition for one in partitions])
        consumer.incremental_assign(partitions)
        if self._idle:
            consumer.pause(partitions)


def _records(messages: list[Message]) -> Iterator[Record]:
    for message in messages:
        if (error := message.error()) is not None:
            if error.fatal():
                raise KafkaException(error)
            log.warning("log_unreadable_for_now", error=str(error))
            continue
        headers = message.headers() or []
        yield Record(
            topic=message.topic() or "",
            partition=_number(message.partition),
            offset=_number(message.offset),
            key=_bytes(message.key()),
            value=_bytes(message.value()),
            headers=tuple((name, _bytes(value)) for name, value in headers),
        )


def _number(of: Callable[[], int | None]) -> int:
    value = of()
    assert value is not None  # noqa: S101 - a record that was read has a place
    return value


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
