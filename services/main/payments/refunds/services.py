"""Deciding that something goes back. The provider is asked by the worker of due acts, outside any transaction."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from due.services import record_due
from payments.ledger import enter
from payments.models import LedgerReason, Payment, Refund
from payments.models.payment import RefundReason
from payments.states import OPEN_REFUNDS, RefundState

SETTLE = "settle-refund"


class MoreThanThereIs(ValueError):
    """So much is not left of the payment, or it can go back whole only."""


def left_of(payment: Payment) -> int:
    """Won that have not gone back and are not about to. The caller holds the payment's row."""
    refunds = Refund.objects.filter(payment=payment).exclude(state=RefundState.REFUSED)
    return payment.captured_won - int(refunds.aggregate(Sum("won"))["won__sum"] or 0)


def request_refund(payment: Payment, *, won: int, reason: RefundReason, now: datetime) -> Refund:
    """In the caller's transaction, who holds the payment's row. Raises MoreThanThereIs."""
    left = left_of(payment)
    if not 0 < won <= left or (won < left and not payment.can_be_refunded_partly):
        raise MoreThanThereIs(f"{won} of {left}")
    refund = Refund.objects.create(payment=payment, won=won, reason=reason, requested_at=now)
    if payment.booking_id is not None:
        enter(LedgerReason.RELEASED, payment, won=won, now=now, refund=refund)
    record_due(kind=SETTLE, reference=str(refund.pk), due_at=now)
    return refund


def is_first_in_turn(refund: Refund) -> bool:
    """Two at a time could not be told apart by what is left."""
    earlier = Refund.objects.filter(payment=refund.payment_id, state__in=OPEN_REFUNDS).order_by("requested_at", "pk")
    return earlier.values_list("pk", flat=True).first() == refund.pk
