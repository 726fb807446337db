"""Reads exactly the partitions and positions it is told, without a group: for who must read all of a log by itself.

Nothing is committed: where to go on is the caller's business, and stands beside what it did with the records.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from salon_kit.kafka.options import of_reader
from salon_kit.kafka.records import BROKEN, Record, Stumbles, broken_record, record_of
from salon_kit.logs import get_logger

log = get_logger(__name__)

METADATA_SECONDS = 5.0


@dataclass
class Read:
    """What was there. `next_offsets` is where each partition goes on.

    A partition may end with what is no record (an aborted transaction, a marker), or have none left: so the ends that
    were reached are in `next_offsets` too, and the position of the last record alone would never get there. An end is
    that of the copy that is read, which may be behind its leader: whether all is read, `ends_of` tells.
    """

    records: list[Record] = field(default_factory=list)
    next_offsets: dict[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.next_offsets)


class PartitionReader:
    """Only one thread may use it. Records of one topic at a time."""

    def __init__(
        self, *, brokers: str, name: str, when_offsets_are_lost: Literal["earliest", "error"], **overrides: Any
    ) -> None:
        self._stumbles = Stumbles()
        self._consumer = Consumer(
            {**of_reader(brokers=brokers, name=name, when_offsets_are_lost=when_offsets_are_lost), **overrides},
            logger=logging.getLogger("librdkafka"),
        )

    def partitions_of(self, topic: str) -> list[int]:
        """Raises KafkaException when the topic does not exist (yet) or no broker answers."""
        found = self._consumer.list_topics(topic, timeout=METADATA_SECONDS).topics[topic]
        if found.error is not None:
            raise KafkaException(found.error)
        return sorted(found.partitions)

    def span_of(self, topic: str, partition: int) -> tuple[int, int]:
        """The first offset that is kept, and the one that comes next. Raises KafkaException."""
        place = TopicPartition(topic, partition)
        low, high = self._consumer.get_watermark_offsets(place, timeout=METADATA_SECONDS)
        return int(low), int(high)

    def ends_of(self, topic: str) -> dict[int, int]:
        """Where each partition ends now, as its leader says. Raises KafkaException."""
        return {partition: self.span_of(topic, partition)[1] for partition in self.partitions_of(topic)}

    def read_from(self, topic: str, positions: Mapping[int, int]) -> None:
        """Read on from these offsets, one for each partition."""
        self._consumer.assign([TopicPartition(topic, partition, offset) for partition, offset in positions.items()])

    def read(self, *, wait_seconds: float, limit: int) -> Read:
        """What has arrived, as soon as there is something; nothing after `wait_seconds`.

        Raises KafkaException, but never when something was read: an error that lasts comes again.
        """
        read = Read()
        message = self._consumer.poll(wait_seconds)
        while message is not None:
            error = message.error()
            if error is None:
                self._take(read, record_of(message))
            elif not self._took_error(read, message, error):
                if read:
                    break
                raise KafkaException(error)
            message = self._consumer.poll(0) if len(read.records) < limit else None
        return read

    def close(self) -> None:
        self._consumer.close()

    def _take(self, read: Read, record: Record) -> None:
        self._stumbles.went_on(record.place)
        read.records.append(record)
        read.next_offsets[record.partition] = record.offset + 1

    def _took_error(self, read: Read, message: Message, error: KafkaError) -> bool:
        partition, offset = message.partition() or 0, message.offset() or 0
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  # its public name
            read.next_offsets[partition] = offset
            return True
        topic = message.topic()
        if topic is None or error.code() not in BROKEN or error.fatal():
            return False
        log.error("log_cannot_be_unpacked", code=error.name(), reason=error.str(), topic=topic, partition=partition)
        place = (topic, partition)
        if self._stumbles.is_for_good(place):
            (here,) = self._consumer.position([TopicPartition(*place)])
            skipped = max(offset, here.offset)
            self._consumer.seek(TopicPartition(*place, skipped + 1))
            read.records.append(broken_record(place, skipped, error))
            read.next_offsets[partition] = skipped + 1
        return True
