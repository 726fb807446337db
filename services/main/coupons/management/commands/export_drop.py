"""`manage.py export_drop EVENT_ID`: the rows of one event as JSON on stdout."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from coupons.issuing.queries import drop_in_mysql
from salon_contracts.http.problem import UnknownCouponEvent
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Print what was issued in a coupon event, as JSON: serial, number, customer and coupon id of each row."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event_id", type=UUID)

    def handle(self, *args: Any, event_id: UUID, **options: Any) -> None:
        try:
            drop = drop_in_mysql(event_id=event_id)
        except UnknownCouponEvent as error:
            raise CommandError(f"no coupon event {event_id}") from error
        self.stdout.write(json.dumps(drop, ensure_ascii=False))
