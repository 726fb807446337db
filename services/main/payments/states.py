"""The states of a payment and of a refund and every step between them, one table each (drawn in docs/payments.md)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from django.db import models

PaymentAct = Literal["ask", "doubt", "wait", "pay", "refuse"]
RefundAct = Literal["doubt", "give_back", "refuse"]


class PaymentState(models.TextChoices):
    BEGUN = "begun", "결제 대기"
    CONFIRMING = "confirming", "승인 중"
    UNKNOWN = "unknown", "확인 중"
    WAITING = "waiting_for_deposit", "입금 대기"
    PAID = "paid", "결제됨"
    REFUSED = "refused", "거절됨"


class RefundState(models.TextChoices):
    REQUESTED = "requested", "요청됨"
    UNKNOWN = "unknown", "확인 중"
    DONE = "done", "환불됨"
    REFUSED = "refused", "거절됨"


class PaymentStep(NamedTuple):
    act: PaymentAct
    before: PaymentState
    after: PaymentState


class RefundStep(NamedTuple):
    act: RefundAct
    before: RefundState
    after: RefundState


PAYMENT_STEPS: tuple[PaymentStep, ...] = (
    PaymentStep("ask", PaymentState.BEGUN, PaymentState.CONFIRMING),
    PaymentStep("doubt", PaymentState.CONFIRMING, PaymentState.UNKNOWN),
    PaymentStep("wait", PaymentState.CONFIRMING, PaymentState.WAITING),
    PaymentStep("wait", PaymentState.UNKNOWN, PaymentState.WAITING),
    PaymentStep("pay", PaymentState.CONFIRMING, PaymentState.PAID),
    PaymentStep("pay", PaymentState.UNKNOWN, PaymentState.PAID),
    PaymentStep("pay", PaymentState.WAITING, PaymentState.PAID),
    # The provider has changed its mind: what it holds is theirs whose money it is, whatever it had said.
    PaymentStep("pay", PaymentState.REFUSED, PaymentState.PAID),
    PaymentStep("refuse", PaymentState.CONFIRMING, PaymentState.REFUSED),
    PaymentStep("refuse", PaymentState.UNKNOWN, PaymentState.REFUSED),
    PaymentStep("refuse", PaymentState.WAITING, PaymentState.REFUSED),
)
REFUND_STEPS: tuple[RefundStep, ...] = (
    RefundStep("doubt", RefundState.REQUESTED, RefundState.UNKNOWN),
    RefundStep("give_back", RefundState.REQUESTED, RefundState.DONE),
    RefundStep("give_back", RefundState.UNKNOWN, RefundState.DONE),
    RefundStep("refuse", RefundState.REQUESTED, RefundState.REFUSED),
    RefundStep("refuse", RefundState.UNKNOWN, RefundState.REFUSED),
)
ASKED = (PaymentState.CONFIRMING, PaymentState.UNKNOWN, PaymentState.WAITING)
"""Of these the provider has been asked, and its last word is to come."""
OPEN_REFUNDS = (RefundState.REQUESTED, RefundState.UNKNOWN)


class NoSuchStep(RuntimeError):
    """A bug: whoever takes a step looks at the state first, behind the lock."""


def after(act: PaymentAct, state: PaymentState) -> PaymentState | None:
    """None: that cannot be done in this state."""
    return next((step.after for step in PAYMENT_STEPS if (step.act, step.before) == (act, state)), None)


def after_refund(act: RefundAct, state: RefundState) -> RefundState | None:
    """The same of a refund."""
    return next((step.after for step in REFUND_STEPS if (step.act, step.before) == (act, state)), None)
