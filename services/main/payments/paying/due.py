"""Settling by asking: of what is confirmed and of what the provider posts, until there is a last word."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bookings.models import Hold
from payments.models import Attempt, Payment
from payments.paying.services import ask_to_confirm
from payments.paying.settling import is_open, settle
from payments.provider.here import provider_here
from payments.provider.port import Provider
from payments.states import PaymentState

_FIRST_REST = timedelta(seconds=5)
_LONGEST_REST = timedelta(minutes=15)
NOT_HERE = timedelta(minutes=15)


def settle_due(*, reference: str, due_at: datetime, now: datetime) -> datetime | None:
    """`<payment>`, or `<payment>:<why it is asked again>`. None once there is nothing left to ask."""
    payment_id, _, why = reference.partition(":")
    payment = Payment.objects.filter(pk=UUID(payment_id)).first()
    if payment is None or not payment.payment_key:
        return None
    if not is_open(payment) and not why:
        return None
    provider = provider_here()
    if provider is None:
        return now + NOT_HERE
    _ask(provider, payment, now=now)
    payment.refresh_from_db()
    if not is_open(payment):
        return None
    return now + rest_after(now - due_at)


def rest_after(waited: timedelta) -> timedelta:
    """The longer the longer: 5 seconds at first, and a quarter of an hour at most."""
    return min(max(_FIRST_REST, waited / 2), _LONGEST_REST)


def _ask(provider: Provider, payment: Payment, *, now: datetime) -> None:
    answer = provider.find(payment_key=payment.payment_key)
    settle(payment, answer, call="find", now=now)
    facts = answer.facts
    if facts is None or facts.status not in {"READY", "IN_PROGRESS"}:
        return
    # It never arrived, or was not carried out. Confirmed again, with the same key, only where there is a slot for it.
    payment.refresh_from_db()
    if payment.state == PaymentState.UNKNOWN and Hold.objects.standing(now=now).filter(pk=payment.hold).exists():
        ask_to_confirm(Attempt.objects.select_related("payment").get(payment=payment, refund=None), now=now)
