"""Every difference between us and the provider, and between us and our own books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from payments.ledger import balances
from payments.models import LedgerAccount, LedgerEntry, Payment, Refund
from payments.provider.port import Answer, Outcome, Provider
from payments.states import ASKED, OPEN_REFUNDS, PaymentState, RefundState

SETTLED_WITHIN = timedelta(minutes=30)


class Difference(NamedTuple):
    order_id: str
    what: str


def differences(payments: QuerySet[Payment], provider: Provider, *, now: datetime) -> Iterator[Difference]:
    """Asks the provider once for each payment; what it does not answer is a difference too."""
    for payment in payments.select_related("booking").order_by("begun_at", "pk").iterator(chunk_size=500):
        answer = (
            provider.find(payment_key=payment.payment_key)
            if payment.payment_key
            else provider.find_order(order_id=payment.order_id)
        )
        for what in (*_with_provider(payment, answer, now=now), *_with_ourselves(payment)):
            yield Difference(payment.order_id, what)


def _with_provider(payment: Payment, answer: Answer, *, now: datetime) -> Iterator[str]:
    facts = answer.facts
    if facts is None and answer.outcome is not Outcome.NOT_FOUND:
        yield f"the provider does not say ({answer.outcome} {answer.code})"
        return
    theirs = facts.balance_won if facts is not None and facts.is_paid else 0
    ours = payment.captured_won - payment.refunded_won
    status = facts.status if facts is not None else "unknown there"
    if payment.state in ASKED:
        if payment.asked_at is not None and payment.asked_at < now - SETTLED_WITHIN:
            yield f"{payment.state} since {payment.asked_at:%F %T}, there {status} with {theirs} won"
    elif Refund.objects.filter(payment=payment, state__in=OPEN_REFUNDS).exists():
        return
    elif theirs != ours:
        yield f"{payment.state} with {ours} won here, {status} with {theirs} won there"
    if facts is not None and facts.total_won != payment.won:
        yield f"of {payment.won} won here, of {facts.total_won} there"


def _with_ourselves(payment: Payment) -> Iterator[str]:
    held = balances(LedgerEntry.objects.filter(payment=payment))
    if -held[LedgerAccount.PROVIDER] != payment.captured_won - payment.refunded_won:
        yield f"the ledger has {-held[LedgerAccount.PROVIDER]} won of it with the provider"
    if payment.state != PaymentState.PAID:
        return
    refunds = Refund.objects.filter(payment=payment)
    if refunds.filter(state=RefundState.REFUSED).exists() and held[LedgerAccount.CUSTOMER]:
        yield f"{held[LedgerAccount.CUSTOMER]} won are to go back, and the provider refuses"
    elif payment.booking is None and held[LedgerAccount.CUSTOMER] and not refunds.filter(state__in=OPEN_REFUNDS):
        yield f"{held[LedgerAccount.CUSTOMER]} won were captured for no booking and do not go back"
