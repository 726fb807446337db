"""Reading Kafka from asyncio: one thread per reader, and the reader is only ever touched by that thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from coupon_queue.line.passed_over import passed_over
from salon_contracts.events.reading import EventT, UnknownEventType, UnreadableRecord, read_event
from salon_kit.kafka.partition_reader import PartitionReader, Read
from salon_kit.kafka.records import Record
from salon_kit.logs import get_logger
from salon_kit.spans.kafka import line_facts

log = get_logger(__name__)

T = TypeVar("T")

_AT_A_TIME = 10


class Records:
    """salon_kit's partition reader, awaited."""

    def __init__(self, reader: PartitionReader, thread: ThreadPoolExecutor) -> None:
        self._reader = reader
        self._thread = thread

    async def partitions_of(self, topic: str) -> list[int]:
        """Raises KafkaException when the topic does not exist (yet) or no broker answers."""
        return await self._call(lambda: self._reader.partitions_of(topic))

    async def ends_of(self, topic: str) -> dict[int, int]:
        """Where each partition ends now, as its leader says. Raises KafkaException."""
        return await self._call(lambda: self._reader.ends_of(topic))

    async def read_from(self, topic: str, positions: Mapping[int, int]) -> None:
        """Read on from these offsets, one for each partition."""
        await self._call(lambda: self._reader.read_from(topic, positions))

    async def next_batch(self, *, wait_seconds: float, limit: int) -> Read:
        """What has arrived, as soon as there is something; nothing after `wait_seconds`. Raises KafkaException."""
        return await self._call(lambda: self._reader.read(wait_seconds=wait_seconds, limit=limit))

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


@asynccontextmanager
async def reading(*, brokers: str, name: str) -> AsyncIterator[Records]:
    """A reader of committed records that begins where it is told, and at the oldest record if that is gone."""
    thread = ThreadPoolExecutor(1, thread_name_prefix=name)
    reader = PartitionReader(brokers=brokers, name=name, when_offsets_are_lost="earliest")
    try:
        yield Records(reader, thread)
    finally:
        # Queued behind a poll that may still run in that thread.
        thread.submit(reader.close)
        thread.shutdown(wait=False)


async def events_in(records: Sequence[Record], *, known: tuple[type[EventT], ...]) -> AsyncIterator[EventT]:
    """What can be read of them, in their order. Lets others have the loop in between: the lead is kept in it."""
    passed_over.look()
    for count, record in enumerate(records, start=1):
        event = _event_in(record, known=known)
        if event is not None:
            yield event
        if count % _AT_A_TIME == 0:
            await asyncio.sleep(0)


def _event_in(record: Record, *, known: tuple[type[EventT], ...]) -> EventT | None:
    """None for what cannot be read, or not yet.

    It is counted with its reason and passed over, and stays where it is: the topics of the line are read again
    from Kafka by whoever wants to know, and what the line knows is made of what it could read.
    """
    try:
        if record.value is None and record.fault:
            raise UnreadableRecord(record.fault)
        return read_event(record.value, known=known)
    except UnreadableRecord as error:
        facts = line_facts(record)
        passed_over.note(log.error, "record_set_aside", outcome="set-aside", reason=error.reason, **facts)
    except UnknownEventType as error:
        facts = {"type": error.event_type[:100], **line_facts(record)}
        passed_over.note(log.warning, "record_of_unknown_type", outcome="unknown-type", **facts)
    return None
