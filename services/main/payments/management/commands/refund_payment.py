"""`manage.py refund_payment ORDER [--won N]`: gives back what is left of a payment, or so many won of it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from payments.models import Payment
from payments.models.payment import RefundReason
from payments.refunds.services import MoreThanThereIs, left_of, request_refund
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Gives back what is left of a payment, or a part of it. The worker of due acts asks the provider."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("order", help="its order id: salon-…")
        parser.add_argument("--won", type=int, help="default: all that is left")

    def handle(self, *_words: Any, order: str, won: int | None, **_options: Any) -> None:
        with transaction.atomic(durable=True):
            payment = Payment.objects.select_for_update().filter(order_id=order).first()
            if payment is None:
                raise CommandError(f"there is no payment {order}")
            wanted = left_of(payment) if won is None else won
            try:
                refund = request_refund(payment, won=wanted, reason=RefundReason.BY_OPERATOR, now=timezone.now())
            except MoreThanThereIs as refusal:
                raise CommandError(f"not possible: {refusal} won are left, or it goes back whole only") from refusal
        self.stdout.write(f"refund {refund.pk} of {refund.won} won is requested")
