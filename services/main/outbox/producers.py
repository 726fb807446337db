"""A producer for each topic, so that what happens to one topic's records stops no other's."""

from __future__ import annotations

from outbox.lease import DELIVERY_SECONDS
from outbox.models import OutboxRow
from salon_kit.kafka.producer import KafkaProducer, NewRecord, OnDelivered
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
    """Used by the relay's thread."""

    def __init__(self, *, brokers: str) -> None:
        self._brokers = brokers
        self._producers: dict[str, KafkaProducer] = {}

    def send(self, row: OutboxRow, on_delivered: OnDelivered) -> None:
        """Raises BufferError, KafkaException, ValueError, TypeError."""
        if row.topic not in self._producers:
            self._producers[row.topic] = self._started(row.topic)
        record = NewRecord(row.topic, bytes(row.value), row.key.encode())
        self._producers[row.topic].produce(record, on_delivered)

    def give_up(self, topic: str) -> None:
        """End this topic's producer at once: none of what it holds goes out any more."""
        producer = self._producers.pop(topic, None)
        if producer is not None:
            producer.close(flush_seconds=0)
            log.warning("outbox_producer_ended", topic=topic)

    def stop(self) -> None:
        for topic in list(self._producers):
            self.give_up(topic)

    def _started(self, topic: str) -> KafkaProducer:
        producer = KafkaProducer(
            brokers=self._brokers,
            name=f"outbox-{topic}",
            delivery_seconds=DELIVERY_SECONDS,
            overrides={**IN_ORDER, **IN_ROUNDS, **KNOWS_TOPICS_SOON, **MAX_RECORD},
        )
        producer.start()
        return producer
