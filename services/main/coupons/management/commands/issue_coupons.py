"""`manage.py issue_coupons`: turns the claims of the line into coupons, for as long as it runs.

It also takes the lists of who takes part in a lottery. They come once a drop, before its first claim.
"""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.utils import timezone

from config.env import env
from coupons.draws.services import take_entries
from coupons.issuing.services import issue_coupons
from messaging.consuming import consumer_loop, run_until_stopped
from messaging.subscription import Subscription
from salon_contracts.events.coupons import ON_COUPON_CLAIMS, ON_COUPON_DRAWS, CouponClaimedV1, DrawEntriesShutV1
from salon_contracts.events.topics import COUPON_CLAIMS, COUPON_DRAWS
from salon_kit.tracing import traced
from serving.commands import UncheckedCommand

SUBSCRIPTION: Subscription[CouponClaimedV1 | DrawEntriesShutV1] = Subscription(
    group="main-issue-coupons",
    topics=(COUPON_CLAIMS, COUPON_DRAWS),
    known=(*ON_COUPON_CLAIMS, *ON_COUPON_DRAWS),
    # A claim that is answered twice does no harm, one that is never answered blocks a unit. Lists can come again too.
    when_offsets_are_lost="earliest",
    # Where MySQL's gain from batching flattens out (docs: 88 thousand rows/s at 200, 48 thousand at 50).
    batch_size=500,
)


class Command(UncheckedCommand):
    help = "Issue coupons for the claims on Kafka, and take the entries of lotteries."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--metrics-port", type=int, required=True)
        parser.add_argument("--group", default=SUBSCRIPTION.group, help="the consumer group, for tests and repairs")

    def handle(self, *args: Any, metrics_port: int, group: str, **options: Any) -> None:
        loop = consumer_loop(replace(SUBSCRIPTION, group=group), brokers=env.kafka_brokers, handle=answer)

        run_until_stopped(loop, metrics_port=metrics_port)


def answer(events: Sequence[CouponClaimedV1 | DrawEntriesShutV1]) -> None:
    """Claims first, whatever stands before them: they are people who wait. Each page has a transaction of its own."""
    claims = [event for event in events if isinstance(event, CouponClaimedV1)]
    if claims:
        issue_coupons(claims=claims, now=timezone.now())
    for event in events:
        if isinstance(event, DrawEntriesShutV1):
            with traced(event.trace_id):
                take_entries(shut=event, now=timezone.now())
