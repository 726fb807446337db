"""`manage.py deliver_notifications`: tells people what happened to them, for as long as it runs."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from config.env import env
from messaging.consuming import consumer_loop, run_until_stopped
from messaging.subscription import Subscription
from notifications.mails.of_bookings import MailDelivery
from notifications.notices import KNOWN, NoticedEvent
from notifications.services import deliver_notifications
from salon_contracts.events.topics import BOOKINGS, COUPONS, NOTIFICATIONS
from serving.commands import UncheckedCommand

SUBSCRIPTION = Subscription[NoticedEvent](
    group="main-notifications",
    topics=(COUPONS, BOOKINGS, NOTIFICATIONS),
    known=KNOWN,
    # News that is told late is better than news that is never told; what was told already stays as it is.
    when_offsets_are_lost="earliest",
    batch_size=200,
)


class Command(UncheckedCommand):
    help = "Turn what happened into notifications and mails."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--metrics-port", type=int, required=True)
        parser.add_argument("--group", default=SUBSCRIPTION.group, help="the consumer group, for tests and repairs")

    def handle(self, *args: Any, metrics_port: int, group: str, **options: Any) -> None:
        loop = consumer_loop(
            replace(SUBSCRIPTION, group=group),
            brokers=env.kafka_brokers,
            handle=_deliver,
            between=MailDelivery().deliver_some,
        )

        run_until_stopped(loop, metrics_port=metrics_port)


def _deliver(events: Sequence[NoticedEvent]) -> None:
    deliver_notifications(events=events, now=timezone.now())
