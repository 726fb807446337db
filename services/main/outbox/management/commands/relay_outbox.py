"""`manage.py relay_outbox`: brings recorded events to Kafka, for as long as it runs."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from config.env import env
from outbox.producers import TopicProducers
from outbox.relay import OutboxRelay
from salon_kit.health import HealthServer
from salon_kit.logs import get_logger
from serving import database
from serving.commands import UncheckedCommand
from serving.database import WORKER_WAITS_SECONDS

log = get_logger(__name__)


class Command(UncheckedCommand):
    help = "Bring recorded events to Kafka."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--metrics-port", type=int, required=True)

    def handle(self, *args: Any, metrics_port: int, **options: Any) -> None:
        reasons: list[str] = []

        def stop(reason: str) -> None:
            reasons.append(reason)
            relay.stop()

        producers = TopicProducers(brokers=env.kafka_brokers)
        relay = OutboxRelay(send=producers.send, give_up=producers.give_up)
        health = HealthServer(
            host=str(env.metrics_host),
            port=metrics_port,
            is_alive=lambda: relay.is_alive,
            is_ready=lambda: relay.is_ready,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stop(signal.Signals(received).name))

        database.give_up_after(seconds=WORKER_WAITS_SECONDS)
        health.start()
        log.info("worker_started", metrics_port=health.port)
        try:
            relay.run()
        finally:
            producers.stop()
            health.stop()

        log.info("worker_stopped", reason=reasons[0])
        if not reasons[0].startswith("SIG"):
            raise SystemExit(1)
