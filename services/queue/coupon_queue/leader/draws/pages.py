"""Who takes part in a draw, as it is published on Kafka: in pages, each a record of its own, all under one digest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from confluent_kafka import KafkaException

from coupon_queue.line.records import events_in, reading
from salon_contracts.events import topics
from salon_contracts.events.coupons import MOST_ENTRIES_A_PAGE, ON_COUPON_DRAWS, DrawEntriesShutV1
from salon_contracts.verify.draw import digest_of
from salon_kit.kafka.producer import KafkaProducer, NewRecord

_BATCH = 50


def pages_of(*, event_id: UUID, entries: Sequence[str], digest: str, trace_id: str) -> list[DrawEntriesShutV1]:
    """Also a list that nobody is on has a page."""
    starts = range(0, max(1, len(entries)), MOST_ENTRIES_A_PAGE)
    return [
        DrawEntriesShutV1(
            trace_id=trace_id,
            coupon_event_id=event_id,
            entries_digest=digest,
            page=page,
            pages=len(starts),
            entries=tuple(entries[start : start + MOST_ENTRIES_A_PAGE]),
        )
        for page, start in enumerate(starts, start=1)
    ]


async def publish(
    producer: KafkaProducer, thread: ThreadPoolExecutor, *, pages: Sequence[DrawEntriesShutV1], seconds: float
) -> None:
    """Returns when Kafka has them all. Raises KafkaException."""
    await asyncio.get_running_loop().run_in_executor(thread, _send, producer, pages, seconds)


async def read_again(*, brokers: str, event_id: UUID, digest: str) -> list[str] | None:
    """The entries of a list published earlier; None when Kafka does not have it whole. Raises KafkaException."""
    topic, pages = topics.COUPON_DRAWS.name, dict[int, DrawEntriesShutV1]()
    async with reading(brokers=brokers, name=f"queue-draw-{event_id}") as records:
        unread = await records.ends_of(topic)
        await records.read_from(topic, dict.fromkeys(unread, 0))
        while unread:
            read = await records.next_batch(wait_seconds=1.0, limit=_BATCH)
            async for page in events_in(read.records, known=ON_COUPON_DRAWS):
                if (page.coupon_event_id, page.entries_digest) == (event_id, digest):
                    pages[page.page] = page
            unread = {n: end for n, end in unread.items() if read.next_offsets.get(n, -1) < end}
    if not pages or len(pages) < next(iter(pages.values())).pages:
        return None
    entries = [entry for _, page in sorted(pages.items()) for entry in page.entries]
    return entries if digest_of(event_id=str(event_id), entries=entries) == digest else None


def _send(producer: KafkaProducer, pages: Sequence[DrawEntriesShutV1], seconds: float) -> None:
    for error in producer.deliver([NewRecord.of(page) for page in pages], within_seconds=seconds):
        if error is not None:
            raise KafkaException(error)
