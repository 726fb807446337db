"""A producer that keeps what it promises: idempotent, acks=all, with a thread that polls for delivery reports."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from salon_contracts.events.envelope import Event
from salon_kit.kafka.address import connection
from salon_kit.logs import get_logger
from serving.background import OnDeath

log = get_logger(__name__)

LAST_REPORTS_SECONDS = 2.0

OnDelivered = Callable[[KafkaError | None, Message], None]
"""Called in the poll thread, once for each record: with no error only when all in-sync replicas have it."""


class KafkaProducer:
    """`produce` may be called from any thread. Raises BufferError when the local queue is full.

    `overrides` are librdkafka's own settings, for a process whose needs differ.
    """

    def __init__(
        self,
        *,
        brokers: str,
        on_death: OnDeath,
        delivery_timeout_ms: int = 10_000,
        overrides: Mapping[str, str | int | bool] | None = None,
    ) -> None:
        self._producer = Producer(
            {
                **connection(brokers),
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": 0,
                "delivery.timeout.ms": delivery_timeout_ms,
                "socket.keepalive.enable": True,
                "error_cb": self._log_error,
                **(overrides or {}),
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
            self._serve_last_reports()
            self._on_death("kafka-producer")

    def _serve_last_reports(self) -> None:
        """A producer that failed raises before it has reported the records that it failed for."""
        deadline = time.monotonic() + LAST_REPORTS_SECONDS
        while len(self._producer) and time.monotonic() < deadline:
            with suppress(KafkaException):
                self._producer.poll(0.1)

    def _log_error(self, error: KafkaError) -> None:
        if error.fatal():
            # The producer gave up on its promises of order and never takes another record.
            log.error("kafka_producer_failed", code=error.name())
            self._on_death("kafka-producer")
        elif error.code() == KafkaError._ALL_BROKERS_DOWN:  # noqa: SLF001  # its public name
            log.error("kafka_unreachable")
