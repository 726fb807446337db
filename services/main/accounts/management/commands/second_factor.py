"""`manage.py second_factor`: the first one of an operator where it is a must, and the way back for who lost it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from accounts.errors import SecondFactorIsSetUp
from accounts.models import Account, SecondFactor
from accounts.second_factor.services import enrol_by_command
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Give an operator a second factor, printed once, or take it away."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["enrol", "remove"])
        parser.add_argument("email")

    def handle(self, *args: Any, act: str, email: str, **options: Any) -> None:
        account = Account.objects.filter(email=email, role=Account.Role.OPERATOR, is_active=True).first()
        if account is None:
            raise CommandError("there is no such operator")
        if act == "remove":
            SecondFactor.objects.filter(account=account).delete()
            self.stdout.write("removed")
            return
        try:
            offered, codes = enrol_by_command(account=account, now=timezone.now())
        except SecondFactorIsSetUp as error:
            raise CommandError("this operator has one: remove it first") from error
        self.stdout.write("\n".join([offered.uri, offered.secret, *codes]))
