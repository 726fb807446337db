"""Beginning a payment, and having it confirmed: what the provider is asked is committed before it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from api.language import asked_language
from bookings.holds.errors import HoldHasEnded
from bookings.holds.keeping import keep_longer
from bookings.holds.paid import insist_on_bookable, title_of
from bookings.holds.queries import hold_of
from bookings.holds.services import locked_hold
from bookings.holds.states import HoldState
from bookings.models import Hold
from due.services import record_due
from idempotency.services import made_by_same_request, note_carried_out
from payments.errors import NothingToPay, PaymentDiffers, TooManyPayments, away
from payments.models import Attempt, Payment
from payments.models.payment import LONGEST_ORDER_NAME
from payments.paying.settling import settle
from payments.provider.here import provider
from payments.provider.port import Outcome
from payments.queries import payment_of, payments_of
from payments.states import PaymentState

SETTLE = "settle-payment"
MOST_PAYMENTS = 5
# A page of the provider's lives for ten minutes, and whoever is in it is not to lose the slot meanwhile.
PAGE_LIVES = timedelta(minutes=11)
LONGEST_HOLD = timedelta(minutes=30)
# The call, and a question or two after it.
CONFIRMING_TAKES = timedelta(minutes=3)
# Whoever confirms has ended by then, or has died.
ASKED_AFTER = timedelta(seconds=20)
WEBHOOKS_SECONDS = 10


class Begun(NamedTuple):
    payment: Payment
    is_new: bool


def begin_payment(hold_id: UUID, *, by: By) -> Begun:
    """Of what is held, at its price. Again, while it is not refused: the same payment; and the hold lasts as long.

    Raises NotFound, HoldHasEnded, NothingToPay, TooManyPayments, PaymentsAway, KeyUsedForAnother; Forbidden if the
    account is no customer any more.
    """
    hold_of(account_id=by.account_id, hold_id=hold_id)
    provider()
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if (made := made_by_same_request(by=by)) is not None:
            return Begun(payment_of(account_id=by.account_id, payment_id=made), is_new=False)
        hold = locked_hold(hold_id, by=by)
        before = payments_of(account_id=by.account_id).filter(hold=hold.pk)
        if (going_on := before.exclude(state=PaymentState.REFUSED).first()) is not None:
            return Begun(going_on, is_new=False)
        _insist_on_standing(hold, now=by.now)
        if not hold.needs_payment:
            raise NothingToPay
        if before.count() >= MOST_PAYMENTS:
            raise TooManyPayments(max_payments=MOST_PAYMENTS)
        keep_longer(hold, until=min(by.now + PAGE_LIVES, hold.held_at + LONGEST_HOLD))
        payment = Payment(customer_id=by.account_id, hold=hold.pk, won=hold.price, begun_at=by.now)
        payment.order_id = f"salon-{payment.pk.hex}"
        payment.order_name = title_of(hold)[:LONGEST_ORDER_NAME]
        payment.language = asked_language()
        payment.save(force_insert=True)
        note_carried_out(payment.pk, by=by)
    return Begun(payment, is_new=True)


def confirm_payment(payment_id: UUID, *, payment_key: str, order_id: str, won: int, by: By) -> Payment:
    """With what the provider's page sent its customer back with. Again: as it is by then, and nobody is asked.

    Raises NotFound, PaymentDiffers, HoldHasEnded, PaymentsAway, and what `book_held` does of slots and limits: then
    nobody was asked and nothing is charged.
    """
    payment_of(account_id=by.account_id, payment_id=payment_id)
    if provider().is_resting:
        raise away()
    attempt = _attempt(payment_id, payment_key=payment_key, order_id=order_id, won=won, by=by)
    if attempt is not None:
        ask_to_confirm(attempt, now=by.now)
    return payment_of(account_id=by.account_id, payment_id=payment_id)


def ask_to_confirm(attempt: Attempt, *, now: datetime) -> None:
    """Outside any transaction. A refusal is believed once asking for the payment agrees with it."""
    payment = attempt.payment
    answer = provider().confirm(
        payment_key=payment.payment_key,
        order_id=payment.order_id,
        won=attempt.won,
        idempotency_key=attempt.idempotency_key,
    )
    settle(payment, answer, call="confirm", now=now)
    if answer.outcome in {Outcome.REFUSED, Outcome.ALREADY, Outcome.NOT_FOUND}:
        truth = provider().find(payment_key=payment.payment_key)
        # What is said to have happened already, and has not, is no refusal.
        refused_as = "" if answer.outcome is Outcome.ALREADY else answer.code
        settle(payment, truth, call="find", now=now, refused_as=refused_as)


def _attempt(payment_id: UUID, *, payment_key: str, order_id: str, won: int, by: By) -> Attempt | None:
    """None: it is or was confirmed already."""
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        payment = payment_of(account_id=by.account_id, payment_id=payment_id)
        if (payment.order_id, payment.won) != (order_id, won):
            raise PaymentDiffers
        if payment.state != PaymentState.BEGUN:
            return None
        hold = locked_hold(hold_of(account_id=by.account_id, hold_id=payment.hold).pk, by=by)
        _insist_on_standing(hold, now=by.now)
        # Before any money moves: what cannot be booked is not paid for.
        insist_on_bookable(hold, by=by)
        keep_longer(hold, until=by.now + CONFIRMING_TAKES)
        payment = Payment.objects.select_for_update().get(pk=payment_id)
        payment.step("ask", now=by.now)
        payment.payment_key, payment.asked_at = payment_key, by.now
        payment.save(update_fields=["state", "payment_key", "asked_at", "refusal", "settled_at"])
        record_due(kind=SETTLE, reference=str(payment.pk), due_at=by.now + ASKED_AFTER)
        return Attempt.objects.create(
            payment=payment, idempotency_key=f"confirm-{payment.pk}", won=payment.won, recorded_at=by.now
        )


def _insist_on_standing(hold: Hold, *, now: datetime) -> None:
    if not hold.stands(now=now):
        raise HoldHasEnded(state=HoldState.EXPIRED if hold.state == HoldState.HELD else hold.state)


def note_webhook(*, order_id: str, now: datetime) -> None:
    """Something was posted about this order, by whomever: a reason to ask, and nothing else. Of no order of ours: none.

    Once in ten seconds, at their end, so that whatever else comes meanwhile is known by then too.
    """
    payment = Payment.objects.filter(order_id=order_id).exclude(payment_key="").first()
    if payment is None:
        return
    number = int(now.timestamp()) // WEBHOOKS_SECONDS + 1
    due_at = datetime.fromtimestamp(number * WEBHOOKS_SECONDS, now.tzinfo)
    with transaction.atomic(durable=True):
        record_due(kind=SETTLE, reference=f"{payment.pk}:{number}", due_at=due_at)
