"""`manage.py mint_tokens`: many signed-in customers at once, for demonstrations and load."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.utils import timezone

from accounts.models import Account
from accounts.sessions.standing import Standing
from accounts.sessions.tokens import ACCESS_LIFETIME, sign_access_token
from salon_contracts.events.coupons import FIRST_SIMULATED_ACCOUNT, SIMULATED_ROLE
from serving.commands import UncheckedCommand

BATCH = 1_000


class Command(UncheckedCommand):
    help = "Print {id, access_token} of demo customers customer0001@… to customerN@…, one JSON object a line."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--customers", type=int, required=True)
        parser.add_argument("--simulated", action="store_true", help="of customers for rehearsals, who have no account")
        parser.add_argument("--minutes", type=int, default=int(ACCESS_LIFETIME.total_seconds() // 60))

    def handle(self, *args: Any, customers: int, minutes: int, simulated: bool, **options: Any) -> None:
        lifetime = timedelta(minutes=minutes)
        if simulated:
            ids = range(FIRST_SIMULATED_ACCOUNT, FIRST_SIMULATED_ACCOUNT + customers)
            self._print(dict.fromkeys(ids), role=SIMULATED_ROLE, lifetime=lifetime)
            return
        emails = [f"customer{number:04}@daengdaeng.test" for number in range(1, customers + 1)]
        now = timezone.now()
        # Nobody can sign in to these with a password. The insert passes over those that exist already.
        Account.objects.bulk_create(
            (
                Account(
                    email=email,
                    email_confirmed_at=now,
                    name=f"보호자 {email[8:-16]}",
                    password=UNUSABLE_PASSWORD_PREFIX,
                )
                for email in emails
            ),
            batch_size=BATCH,
            ignore_conflicts=True,
        )
        for start in range(0, customers, BATCH):
            batch = Account.objects.filter(email__in=emails[start : start + BATCH])
            batch.filter(email_confirmed_at=None).update(email_confirmed_at=now)
            found = batch.filter(role=Account.Role.CUSTOMER)
            made = dict(found.order_by("email").values_list("pk", "created_at"))
            self._print(made, role=Account.Role.CUSTOMER, lifetime=lifetime)

    def _print(self, made: Mapping[int, datetime | None], *, role: str, lifetime: timedelta) -> None:
        """`made`: when, by the id of the account. Those of nobody have no standing, and need none."""
        now = timezone.now()
        for account_id, made_at in made.items():
            token = sign_access_token(
                account_id=account_id,
                role=role,
                session_id=None,
                now=now,
                standing=Standing(made_at, email_confirmed=True, has_dog=False) if made_at else None,
                lifetime=lifetime,
            )
            self.stdout.write(json.dumps({"id": account_id, "access_token": token}))
