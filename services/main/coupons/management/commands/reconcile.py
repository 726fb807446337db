"""`manage.py reconcile EVENT_ID`: every difference between MySQL, Kafka and Redis. Fails when there is one."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from config.env import env
from coupons.events.queries import coupon_event_for
from coupons.reconciling.differences import differences
from coupons.reconciling.stores import read_kafka, read_mysql, read_redis
from salon_contracts.http.problem import UnknownCouponEvent
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Compare what MySQL, Kafka and Redis tell of a coupon event. What is under way counts as a difference."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event_id", type=UUID)

    def handle(self, *args: Any, event_id: UUID, **options: Any) -> None:
        try:
            event = coupon_event_for(event_id=event_id, sees_drafts=True)
        except UnknownCouponEvent as error:
            raise CommandError(f"no coupon event {event_id}") from error
        mysql, kafka, redis = read_mysql(event), read_kafka(event_id, brokers=env.kafka_brokers), read_redis(event_id)
        found = list(differences(mysql, kafka, redis))
        for difference in found:
            self.stdout.write(difference)
        if not kafka.is_whole:
            self.stdout.write("Kafka no longer has the beginning of its topics: what is missing there was not counted.")
        summary = (
            f"{len(found)} differences: MySQL {len(mysql.coupons)} coupons and {len(mysql.refused)} refusals; "
            f"Kafka {len(kafka.claims)} claims and {len(kafka.answers)} answers; Redis {len(redis.issued)} units issued"
        )
        if found:
            raise CommandError(summary)
        self.stdout.write(summary)
