"""Records that were set aside go back to their topic, to the partition that they were in, once they can be read.

Whoever reads the topic reads them again: at the end of their partition, behind what came meanwhile. Every reader is
idempotent by event id (promise 7), so one that is sent twice, because this ended between sending and noting it, does
no harm. One that fails again is set aside again, as a record of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from confluent_kafka import KafkaError, KafkaException

from salon_contracts.events.catalogue import ALL_EVENTS
from salon_contracts.events.envelope import Event
from salon_contracts.events.reading import UnknownEventType, UnreadableRecord, read_event
from salon_kit.kafka.partition_reader import PartitionReader
from salon_kit.kafka.producer import KafkaProducer, NewRecord
from salon_kit.kafka.records import Record

DELIVERY_SECONDS = 10
READ_SECONDS = 5.0

_EVENTS: defaultdict[str, list[type[Event]]] = defaultdict(list)
for _event in ALL_EVENTS:
    _EVENTS[_event.topic].append(_event)


class CannotBeSent(Exception):
    """Why a record stays where it is."""


def event_in(record: Record) -> Event:
    """Raises CannotBeSent for what today's code cannot read either."""
    try:
        event = read_event(record.value, known=tuple(_EVENTS[record.topic]))
    except UnreadableRecord as error:
        raise CannotBeSent(f"still unreadable: {error.reason}") from error
    except UnknownEventType as error:
        raise CannotBeSent(f"of an unknown type: {error.event_type[:100]}") from error
    if record.key != event.key.encode():
        raise CannotBeSent("its key is another than its event's: it stood in a foreign partition")
    return event


class Resender:
    """To be had from `resender()`."""

    def __init__(self, *, brokers: str) -> None:
        self._producer = KafkaProducer(brokers=brokers, name="main-resending", delivery_seconds=DELIVERY_SECONDS)
        self._reader = PartitionReader(brokers=brokers, name="main-resending", when_offsets_are_lost="error")

    def whole(self, record: Record) -> Record:
        """As it stands in its topic, for one of which only a part was kept. Raises CannotBeSent."""
        try:
            low, high = self._reader.span_of(record.topic, record.partition)
            if low <= record.offset < high:
                self._reader.read_from(record.topic, {record.partition: record.offset})
                found = self._reader.read(wait_seconds=READ_SECONDS, limit=1).records
                if found and found[0].offset == record.offset:
                    return found[0]
        except KafkaException as error:
            raise CannotBeSent(f"cannot be read at its place: {_reason_of(error)}") from error
        raise CannotBeSent("too large to be kept, and its topic does not keep it any more")

    def send(self, record: Record) -> None:
        """Returns when the brokers have it. Raises CannotBeSent."""
        again = NewRecord(record.topic, record.value, record.key, record.headers, record.partition)
        (fault,) = self._producer.deliver([again], within_seconds=DELIVERY_SECONDS + 1)
        if fault is not None:
            raise CannotBeSent(fault.str())

    def close(self) -> None:
        self._producer.close()
        self._reader.close()


@contextmanager
def resender(*, brokers: str) -> Iterator[Resender]:
    sending = Resender(brokers=brokers)
    try:
        yield sending
    finally:
        sending.close()


def _reason_of(error: KafkaException) -> str:
    return cast(KafkaError, error.args[0]).str()
