"""One producer a process: synchronous, idempotent, acks=all, with a thread that polls for delivery reports."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from confluent_kafka import KafkaError, Message, Producer

from edge.owned import OnDeath
from salon_contracts.envelope import Event
from salon_contracts.logs import get_logger

log = get_logger(__name__)

OnDelivered = Callable[[KafkaError | None, Message], None]
"""Called in the poll thread, once for each record: with no error only when all in-sync replicas have it."""


class KafkaProducer:
    """`produce` may be called from any thread. Raises BufferError when the local queue is full."""

    def __init__(
        self, *, brokers: str, on_death: OnDeath, linger_ms: int = 0, delivery_timeout_ms: int = 10_000
    ) -> None:
        self._producer = Producer(
            {
                "bootstrap.servers": brokers,
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": linger_ms,
                "delivery.timeout.ms": delivery_timeout_ms,
                "socket.keepalive.enable": True,
                "error_cb": _tell,
            },
            logger=logging.getLogger("librdkafka"),
        )
        self._on_death = on_death
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._poll, name="kafka-producer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def produce(self, event: Event, on_delivered: OnDelivered) -> None:
        self.produce_bytes(topic=event.topic, key=event.key.encode(), value=event.to_bytes(), on_delivered=on_delivered)

    def produce_bytes(self, *, topic: str, key: bytes, value: bytes, on_delivered: OnDelivered) -> None:
        self._producer.produce(topic, key=key, value=value, on_delivery=on_delivered)

    def stop(self, *, flush_seconds: float = 10) -> None:
        """Wait for what is under way, then end the thread. Records still undelivered get their report as an error."""
        left = self._producer.flush(flush_seconds)
        if left:
            log.error("kafka_records_unflushed", count=left)
        self._stopping.set()
        self._thread.join(timeout=2)

    def _poll(self) -> None:
        try:
            while not self._stopping.is_set():
                self._producer.poll(0.1)
        except Exception:
            log.exception("kafka_producer_died")
            self._on_death("kafka-producer")


def _tell(error: KafkaError) -> None:
    if error.fatal() or error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001  # its public name
        log.error("kafka_unreachable", code=error.name(), fatal=error.fatal())


_of_process: list[KafkaProducer] = []


def own_producer(producer: KafkaProducer) -> None:
    """Make it the process's producer. Entry points call this once; `producer()` gives it to everybody else."""
    _of_process[:] = [producer]


def producer() -> KafkaProducer:
    return _of_process[0]
