"""`manage.py mint_tokens`: many signed-in customers at once, for demonstrations and load."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.management.base import BaseCommand
from django.utils import timezone

from accounts.models import Account
from accounts.tokens import ACCESS_LIFETIME, sign_access_token

BATCH = 1_000


class Command(BaseCommand):
    help = "Print {id, access_token} of demo customers customer0001@… to customerN@…, one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, required=True)
        parser.add_argument("--minutes", type=int, default=int(ACCESS_LIFETIME.total_seconds() // 60))

    def handle(self, *args: Any, customers: int, minutes: int, **options: Any) -> None:
        emails = [f"customer{number:04}@daengdaeng.test" for number in range(1, customers + 1)]
        # Nobody can sign in to these with a password. The insert passes over those that exist already.
        Account.objects.bulk_create(
            (
                Account(email=email, name=f"보호자 {email[8:-16]}", password=UNUSABLE_PASSWORD_PREFIX)
                for email in emails
            ),
            batch_size=BATCH,
            ignore_conflicts=True,
        )
        now = timezone.now()
        for start in range(0, customers, BATCH):
            found = Account.objects.filter(email__in=emails[start : start + BATCH], role=Account.Role.CUSTOMER)
            for account_id in found.order_by("email").values_list("pk", flat=True):
                token = sign_access_token(
                    account_id=account_id,
                    role=Account.Role.CUSTOMER,
                    session_id=None,
                    now=now,
                    lifetime=timedelta(minutes=minutes),
                )
                self.stdout.write(json.dumps({"id": account_id, "access_token": token}))
