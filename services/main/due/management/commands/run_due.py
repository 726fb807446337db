"""`manage.py run_due`: does what has become due, for as long as it runs."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from config.env import env
from due.worker import DueWorker
from salon_kit.health import HealthServer
from salon_kit.logs import get_logger
from serving import database
from serving.commands import UncheckedCommand
from serving.database import WORKER_WAITS_SECONDS

log = get_logger(__name__)


class Command(UncheckedCommand):
    help = "Do what has become due: reminders, and what else waits for a moment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--metrics-port", type=int, required=True)

    def handle(self, *args: Any, metrics_port: int, **options: Any) -> None:
        reasons: list[str] = []

        def stop(reason: str) -> None:
            reasons.append(reason)
            worker.stop()

        worker = DueWorker()
        health = HealthServer(
            host=str(env.metrics_host),
            port=metrics_port,
            is_alive=lambda: worker.is_alive,
            is_ready=lambda: worker.is_ready,
        )
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda received, _frame: stop(signal.Signals(received).name))

        database.give_up_after(seconds=WORKER_WAITS_SECONDS)
        health.start()
        log.info("worker_started", metrics_port=health.port)
        try:
            worker.run()
        finally:
            health.stop()

        log.info("worker_stopped", reason=reasons[0])
