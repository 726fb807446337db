"""A producer for each topic, so that what happens to one topic's records stops no other's."""

from __future__ import annotations

import threading
from typing import cast

from confluent_kafka import KafkaError, Message

from messaging.kafka_producer import KafkaProducer, OnDelivered
from outbox.lease import DELIVERY_SECONDS
from outbox.models import OutboxRow
from salon_kit.logs import get_logger

log = get_logger(__name__)

# If a record is given up, those behind it are too: a later event must not pass an earlier one of its key.
IN_ORDER = {"enable.gapless.guarantee": True}
# A round of rows goes out as one request, so that its readers find it whole and settle it whole.
IN_ROUNDS = {"linger.ms": 5}
# A topic that is missing is made by somebody soon, or never (outbox/refusals.py).
KNOWS_TOPICS_SOON = {"topic.metadata.propagation.max.ms": 2_000, "topic.metadata.refresh.interval.ms": 60_000}
# Over this the broker refuses it in any case; here only that row is refused, and no batch with it.
MAX_RECORD = {"message.max.bytes": 1_000_000}


class TopicProducers:
    """Used by the relay's thread. A producer that gave up on its promises is replaced by a new one."""

    def __init__(self, *, brokers: str) -> None:
        self._brokers = brokers
        self._producers: dict[str, KafkaProducer] = {}
        self._dead: set[str] = set()
        self._unreported: dict[str, dict[int, OnDelivered]] = {}
        self._lock = threading.Lock()

    def send(self, row: OutboxRow, on_delivered: OnDelivered) -> None:
        """Raises BufferError, KafkaException, ValueError, TypeError."""
        with self._lock:
            is_dead = row.topic in self._dead
        if is_dead:
            self.give_up(row.topic)
        if row.topic not in self._producers:
            self._producers[row.topic] = self._started(row.topic)
        unreported = self._unreported[row.topic]
        unreported[row.pk] = on_delivered

        def report(error: KafkaError | None, record: Message) -> None:
            unreported.pop(row.pk, None)
            on_delivered(error, record)

        try:
            self._producers[row.topic].produce_bytes(
                topic=row.topic, key=row.key.encode(), value=bytes(row.value), on_delivered=report
            )
        except BaseException:
            unreported.pop(row.pk, None)
            raise

    def give_up(self, topic: str) -> None:
        """End this topic's producer at once: none of what it holds goes out any more."""
        producer = self._producers.pop(topic, None)
        if producer is not None:
            producer.stop(flush_seconds=0)
            log.warning("outbox_producer_ended", topic=topic)
        with self._lock:
            self._dead.discard(topic)

    def stop(self) -> None:
        for topic in list(self._producers):
            self.give_up(topic)

    def _started(self, topic: str) -> KafkaProducer:
        unreported = self._unreported[topic] = {}

        def died(_reason: str) -> None:
            with self._lock:
                self._dead.add(topic)
            for on_delivered in list(unreported.values()):
                on_delivered(KafkaError(KafkaError._PURGE_INFLIGHT), cast(Message, None))  # noqa: SLF001  # its public name

        producer = KafkaProducer(
            brokers=self._brokers,
            on_death=died,
            delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
            overrides={**IN_ORDER, **IN_ROUNDS, **KNOWS_TOPICS_SOON, **MAX_RECORD},
        )
        producer.start()
        return producer
