"""`manage.py relay_outbox`: brings recorded events to Kafka, for as long as it runs."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from config.env import env
from edge.kafka_producer import KafkaProducer, OnDelivered
from edge.worker_health import WorkerHealth
from outbox.models import OutboxRow
from outbox.relay import OutboxRelay, Send
from salon_contracts.logs import get_logger

log = get_logger(__name__)

# A record waits for its broker as long as it takes, and if one is given up, those behind it are too: a later event
# must not pass an earlier one of its key.
FOR_EVER_MS = 0
IN_ORDER = {"enable.gapless.guarantee": True}
# A round of rows goes out as one request, so that its readers find it whole and settle it whole.
IN_ROUNDS = {"linger.ms": 5}


class Command(BaseCommand):
    help = "Bring recorded events to Kafka."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--metrics-port", type=int, required=True)

    def handle(self, *args: Any, metrics_port: int, **options: Any) -> None:
        reasons: list[str] = []

        def stop(reason: str) -> None:
            reasons.append(reason)
            relay.stop()

        producer = KafkaProducer(
            brokers=env.kafka_brokers,
            on_death=stop,
            delivery_timeout_ms=FOR_EVER_MS,
            overrides={**IN_ORDER, **IN_ROUNDS},
        )
        relay = OutboxRelay(send=_sender(producer))
        health = WorkerHealth(
            host=str(env.metrics_host),
            port=metrics_port,
            is_alive=lambda: relay.is_alive,
            is_ready=lambda: relay.is_ready,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stop(signal.Signals(received).name))

        producer.start()
        health.start()
        log.info("worker_started", metrics_port=health.port)
        try:
            relay.run()
        finally:
            producer.stop(flush_seconds=0)
            health.stop()

        log.info("worker_stopped", reason=reasons[0])
        if not reasons[0].startswith("SIG"):
            raise SystemExit(1)


def _sender(producer: KafkaProducer) -> Send:
    def send(row: OutboxRow, on_delivered: OnDelivered) -> None:
        producer.produce_bytes(topic=row.topic, key=row.key.encode(), value=bytes(row.value), on_delivered=on_delivered)

    return send
