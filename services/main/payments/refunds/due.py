"""Giving money back: asked first what is left, then for the refund, with its key; and asked again after a refusal."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from payments.ledger import enter
from payments.models import Attempt, LedgerReason, Payment, Refund
from payments.paying.due import NOT_HERE, rest_after
from payments.paying.settling import note_answer
from payments.provider.here import provider_here
from payments.provider.port import Answer, Outcome, Provider
from payments.refunds.services import is_first_in_turn
from payments.states import OPEN_REFUNDS, RefundAct, RefundState, after_refund
from salon_kit.logs import get_logger

log = get_logger(__name__)

DIFFERS = "BALANCE_DIFFERS"
"""What is left at the provider is neither what was left before nor what will be: a person has to look."""


def settle_due(*, reference: str, due_at: datetime, now: datetime) -> datetime | None:
    """None once it is done or refused."""
    refund = Refund.objects.select_related("payment").filter(pk=UUID(reference)).first()
    if refund is None or refund.state not in OPEN_REFUNDS:
        return None
    provider = provider_here()
    if provider is None:
        return now + NOT_HERE
    if is_first_in_turn(refund):
        _ask(provider, refund, _attempt(refund, now=now), now=now)
        refund.refresh_from_db()
    return now + rest_after(now - due_at) if refund.state in OPEN_REFUNDS else None


def _attempt(refund: Refund, *, now: datetime) -> Attempt:
    """Committed before the call."""
    key = f"cancel-{refund.pk}"
    values = {"payment": refund.payment, "refund": refund, "won": refund.won, "recorded_at": now}
    return Attempt.objects.get_or_create(idempotency_key=key, defaults=values)[0]


def _ask(provider: Provider, refund: Refund, attempt: Attempt, *, now: datetime) -> None:
    key = refund.payment.payment_key
    found = provider.find(payment_key=key)
    _settle(refund, found, call="find", now=now)
    before = refund.payment.captured_won - refund.payment.refunded_won
    if found.facts is None or found.facts.balance_won != before:
        return
    answer = provider.cancel(
        payment_key=key, won=attempt.won, reason=refund.get_reason_display(), idempotency_key=attempt.idempotency_key
    )
    _settle(refund, answer, call="cancel", now=now)
    if answer.outcome in {Outcome.REFUSED, Outcome.ALREADY, Outcome.NOT_FOUND}:
        truth = provider.find(payment_key=key)
        # What is said to have happened already, and has not, is no refusal.
        refused_as = "" if answer.outcome is Outcome.ALREADY else answer.code
        _settle(refund, truth, call="find", now=now, refused_as=refused_as)


def _settle(refund: Refund, answer: Answer, *, call: str, now: datetime, refused_as: str = "") -> None:
    with transaction.atomic(durable=True):
        payment = Payment.objects.select_for_update().get(pk=refund.payment_id)
        refund = Refund.objects.select_for_update().get(pk=refund.pk)
        note_answer(payment, answer, call=call, now=now, refund=refund)
        act, code = _act(payment, refund, answer, refused_as=refused_as)
        if after_refund(act, RefundState(refund.state)) is None:
            return
        refund.step(act, now=now, refusal=code)
        refund.save(update_fields=["state", "refusal", "settled_at"])
        if act == "give_back":
            payment.refunded_won += refund.won
            payment.save(update_fields=["refunded_won"])
            enter(LedgerReason.REFUNDED, payment, won=refund.won, now=now, refund=refund)
        elif act == "refuse" and payment.booking_id is not None:
            enter(LedgerReason.KEPT, payment, won=refund.won, now=now, refund=refund)
    log.info("refund_settled", refund=str(refund.pk), state=refund.state, code=refund.refusal)


def _act(payment: Payment, refund: Refund, answer: Answer, *, refused_as: str) -> tuple[RefundAct, str]:
    """What is left at the provider decides, and no code."""
    if answer.facts is None:
        return "doubt", ""
    before = payment.captured_won - payment.refunded_won
    if answer.facts.balance_won == before - refund.won:
        return "give_back", ""
    if answer.facts.balance_won == before:
        return ("refuse", refused_as) if refused_as else ("doubt", "")
    return "refuse", DIFFERS
