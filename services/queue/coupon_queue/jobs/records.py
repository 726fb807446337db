"""Reading Kafka from asyncio: one thread per consumer, and the consumer is only ever touched by that thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import TypeVar

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

T = TypeVar("T")

_METADATA_SECONDS = 5.0


class Records:
    """A consumer without a group: it reads exactly the partitions and positions it is told."""

    def __init__(self, consumer: Consumer, thread: ThreadPoolExecutor) -> None:
        self._consumer = consumer
        self._thread = thread

    async def partitions_of(self, topic: str) -> list[int]:
        """Raises KafkaException when the topic does not exist (yet) or no broker answers."""
        metadata = await self._call(lambda: self._consumer.list_topics(topic, timeout=_METADATA_SECONDS))
        found = metadata.topics[topic]
        if found.error is not None:
            raise KafkaException(found.error)
        return sorted(found.partitions)

    async def ends_of(self, topic: str) -> dict[int, int]:
        """Where each partition ends now, as the broker says. Raises KafkaException."""
        partitions = await self.partitions_of(topic)
        return await self._call(lambda: {partition: self._end(topic, partition) for partition in partitions})

    def _end(self, topic: str, partition: int) -> int:
        _, end = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=_METADATA_SECONDS)
        return int(end)

    async def read_from(self, topic: str, positions: dict[int, int]) -> None:
        """Read on from these offsets, one for each partition."""
        places = [TopicPartition(topic, partition, offset) for partition, offset in positions.items()]
        await self._call(lambda: self._consumer.assign(places))

    async def next_batch(self, *, wait_seconds: float, limit: int) -> list[Message]:
        """What has arrived, as soon as there is something; empty after `wait_seconds`. Raises KafkaException."""
        return await self._call(lambda: self._drain(wait_seconds, limit))

    def _drain(self, wait_seconds: float, limit: int) -> list[Message]:
        # poll() returns at once when there is a record; consume(n, t) would wait for n of them.
        batch: list[Message] = []
        message = self._consumer.poll(wait_seconds)
        while message is not None:
            error = message.error()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
                if batch:
                    break  # what was read must not be lost; the error will come again if it lasts
                raise KafkaException(error)
            batch.append(message)
            message = self._consumer.poll(0) if len(batch) < limit else None
        return batch

    async def _call(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


@asynccontextmanager
async def reading(*, brokers: str, name: str) -> AsyncIterator[Records]:
    """A reader of committed records that begins where it is told, and at the oldest record if that is gone."""
    thread = ThreadPoolExecutor(1, thread_name_prefix=name)
    consumer = Consumer(
        {
            "bootstrap.servers": brokers,
            "client.id": name,
            "group.id": name,  # librdkafka wants one; nothing is ever committed to it
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "enable.partition.eof": True,
            "allow.auto.create.topics": False,
            "fetch.wait.max.ms": 100,
            "reconnect.backoff.max.ms": 1000,
        }
    )
    try:
        yield Records(consumer, thread)
    finally:
        # Queued behind a poll that may still run in that thread.
        thread.submit(consumer.close)
        thread.shutdown(wait=False)
