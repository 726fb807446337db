"""What an answer of the provider changes: a payment that is paid leads to its booking, or goes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from bookings.holds.paid import book_paid
from bookings.models import Booking
from due.services import record_due
from payments import metrics
from payments.ledger import enter
from payments.models import LedgerReason, Payment, ProviderEvent, Refund
from payments.models.payment import RefundReason
from payments.provider.port import Answer, Facts, Outcome
from payments.refunds.services import request_refund
from payments.states import ASKED, PaymentAct, PaymentState, after
from salon_contracts.http.problem import Problem
from salon_kit.logs import get_logger

log = get_logger(__name__)

# A page of the provider's that nobody confirmed is over by then, whatever is lost on the way.
NEVER_CONFIRMED = timedelta(minutes=20)
# The provider may change its mind; then it is asked once more.
ASKED_AGAIN = timedelta(minutes=15)
_SAVED = ["state", "refusal", "settled_at", "captured_won", "booking", "can_be_refunded_partly"]


def settle(payment: Payment, answer: Answer, *, call: str, now: datetime, refused_as: str = "") -> None:
    """Its own transaction. What is settled already changes only where the provider holds money that we do not have.

    `refused_as` is the code of a refusal after which this was asked.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=payment.customer_id)
        act = _act(payment, answer, now=now, refused_as=refused_as)
        # Behind the account's lock nobody else takes a step.
        if after(act, PaymentState(_state_of(payment))) is None:
            note_answer(payment, answer, call=call, now=now)
            return
        # Locks the groomer's row and the hold's, which come before the payment's.
        booking = _booking_for(payment, now=now) if act == "pay" else None
        payment = Payment.objects.select_for_update().get(pk=payment.pk)
        note_answer(payment, answer, call=call, now=now)
        payment.step(act, now=now, refusal=refused_as or answer.code if act == "refuse" else "")
        if act == "pay" and answer.facts is not None:
            _capture(payment, booking, answer.facts, now=now)
        if act == "refuse":
            record_due(kind="settle-payment", reference=f"{payment.pk}:again", due_at=now + ASKED_AGAIN)
        payment.save(update_fields=_SAVED)
    log.info("payment_settled", payment=str(payment.pk), state=payment.state, code=payment.refusal)


def note_answer(payment: Payment, answer: Answer, *, call: str, now: datetime, refund: Refund | None = None) -> None:
    metrics.answers.labels(call, answer.outcome).inc()
    if answer.outcome is Outcome.OURS:
        log.error("payments_refuse_us", call=call, code=answer.code, status=answer.http_status)
    facts = answer.facts
    ProviderEvent.objects.create(
        payment=payment,
        refund=refund,
        call=call,
        outcome=answer.outcome,
        http_status=answer.http_status,
        code=answer.code[:64],
        status=facts.status[:24] if facts else "",
        balance_won=facts.balance_won if facts else None,
        at=now,
    )


def _act(payment: Payment, answer: Answer, *, now: datetime, refused_as: str) -> PaymentAct:
    """What follows from an answer. Only money, and the end of all hope for it, is sure."""
    facts = answer.facts
    if facts is not None and (facts.order_id, facts.total_won) != (payment.order_id, payment.won):
        log.error("payment_is_another_one", payment=str(payment.pk))
        facts = None
    if facts is not None:
        if facts.is_paid:
            return "pay"
        if facts.waits_for_deposit:
            return "wait"
        if facts.is_over or refused_as:
            return "refuse"
    elif answer.outcome is Outcome.NOT_FOUND and (refused_as or _is_long_ago(payment, now=now)):
        return "refuse"
    return "doubt"


def _is_long_ago(payment: Payment, *, now: datetime) -> bool:
    return payment.asked_at is not None and payment.asked_at < now - NEVER_CONFIRMED


def _state_of(payment: Payment) -> str:
    return Payment.objects.values_list("state", flat=True).get(pk=payment.pk)


def _booking_for(payment: Payment, *, now: datetime) -> Booking | Problem:
    """A Problem is why there can be none."""
    if Account.objects.filter(pk=payment.customer_id, left_at__isnull=False).exists():
        return Problem()
    try:
        with transaction.atomic():
            return book_paid(payment.hold, language=payment.language, by=By(payment.customer_id, now))
    except Problem as problem:
        return problem


def _capture(payment: Payment, booking: Booking | Problem | None, facts: Facts, *, now: datetime) -> None:
    """Booked, or to go back whole: in the transaction that knows of the money."""
    payment.captured_won = payment.won
    payment.can_be_refunded_partly = facts.can_be_refunded_partly
    enter(LedgerReason.CAPTURED, payment, won=payment.won, now=now)
    is_paid_for = isinstance(booking, Booking) and Payment.objects.filter(booking=booking).exists()
    if isinstance(booking, Booking) and not is_paid_for and booking.status == Booking.Status.CONFIRMED:
        payment.booking = booking
        enter(LedgerReason.BOOKED, payment, won=payment.won, now=now)
        return
    payment.save(update_fields=_SAVED)
    reason = RefundReason.PAID_TWICE if is_paid_for else RefundReason.SLOT_GONE
    request_refund(payment, won=payment.won, reason=reason, now=now)


def is_open(payment: Payment) -> bool:
    return payment.state in ASKED
