"""`manage.py reconcile_payments [--days N]`: prints every difference, and fails if there is one."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from payments.models import Payment
from payments.provider.here import provider_here
from payments.reconciling import differences
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Prints every difference between us and the provider of payments. Changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--days", type=int, default=30, help="payments that were begun since (default: 30)")

    def handle(self, *_words: Any, days: int, **_options: Any) -> None:
        provider = provider_here()
        if provider is None:
            raise CommandError("payments are not set up here: there is no MAIN_TOSS_CLIENT_ID")
        now = timezone.now()
        payments = Payment.objects.filter(begun_at__gte=now - timedelta(days=days))
        found = 0
        for difference in differences(payments, provider, now=now):
            found += 1  # printed as they are found: a provider takes its time
            self.stdout.write(f"{difference.order_id}: {difference.what}")
        self.stdout.write(f"{payments.count()} payments, {found} differences")
        if found:
            sys.exit(1)
