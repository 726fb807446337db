"""`manage.py verify_issue_log EVENT_ID`: does the chain hold, and does it tell what the coupons tell?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from coupons.issue_log.checking import faults_in_mysql
from coupons.issue_log.queries import page_of_log
from salon_contracts.http.problem import UnknownCouponEvent
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Verify the issue log of a coupon event in MySQL, and compare it with the coupons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("event_id", type=UUID)

    def handle(self, *args: Any, event_id: UUID, **options: Any) -> None:
        try:
            faults = list(faults_in_mysql(event_id=event_id))
            log = page_of_log(event_id=event_id, after=0, limit=1)
        except UnknownCouponEvent as error:
            raise CommandError(f"no published coupon event {event_id}") from error
        for fault in faults:
            self.stdout.write(fault)
        summary = f"{log['length']} links, {len(faults)} faults, head {log['length']}:{log['head']}"
        if faults:
            raise CommandError(summary)
        self.stdout.write(summary)
