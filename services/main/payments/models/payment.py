"""What a customer pays for one held slot, and what of it goes back."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField
from bookings.models import Booking
from payments.states import NoSuchStep, PaymentAct, PaymentState, RefundAct, RefundState, after, after_refund

LONGEST_PAYMENT_KEY = 200
LONGEST_ORDER_ID = 64
LONGEST_CODE = 64
LONGEST_ORDER_NAME = 100


class RefundReason(models.TextChoices):
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer", "보호자가 취소"
    CANCELLED_BY_GROOMER = "cancelled_by_groomer", "미용사가 취소"
    SLOT_GONE = "slot_gone", "시간이 남아 있지 않음"
    PAID_TWICE = "paid_twice", "두 번 결제됨"
    BY_OPERATOR = "by_operator", "운영자"


class Payment(models.Model):
    """One order at the provider. Never deleted. `booking` is what it paid for, once that is booked.

    `hold` is an id and no foreign key: holds are forgotten after a while. All won, whole.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    customer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payments", verbose_name="보호자")
    booking = models.ForeignKey(
        Booking, on_delete=models.PROTECT, null=True, blank=True, related_name="payments", verbose_name="예약"
    )
    hold = models.UUIDField("잡아 둔 시간", editable=False)
    order_id = IdentifierField("주문 번호", max_length=LONGEST_ORDER_ID, unique=True, editable=False)
    order_name = models.CharField("주문 이름", max_length=LONGEST_ORDER_NAME, editable=False)
    payment_key = IdentifierField("결제 키", max_length=LONGEST_PAYMENT_KEY, blank=True, default="", editable=False)
    """The provider's name of it, from the page in which its customer paid."""
    won = models.IntegerField("금액 (원)")
    state = IdentifierField("상태", max_length=20, choices=PaymentState.choices, default=PaymentState.BEGUN)
    refusal = IdentifierField("거절 코드", max_length=LONGEST_CODE, blank=True, default="")
    """The provider's code."""
    can_be_refunded_partly = models.BooleanField("일부 환불 가능", default=True)
    captured_won = models.IntegerField("받은 금액 (원)", default=0)
    refunded_won = models.IntegerField("돌려준 금액 (원)", default=0)
    language = IdentifierField("언어", max_length=2, default="ko", editable=False)
    """In which its booking is written about."""
    begun_at = models.DateTimeField("시작한 시각")
    asked_at = models.DateTimeField("승인을 요청한 시각", null=True, blank=True)
    settled_at = models.DateTimeField("끝난 시각", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "결제"
        indexes = [
            models.Index(fields=["customer", "-begun_at", "-id"], name="payments_of_customer"),
            models.Index(fields=["hold"], name="payments_of_hold"),
            models.Index(fields=["state", "asked_at"], name="payments_by_state"),
        ]
        constraints = [
            # Below, the provider takes none; nothing costs less that costs anything (prices/rules.py).
            models.CheckConstraint(condition=models.Q(won__gte=100), name="payment_is_of_a_hundred_won"),
            models.CheckConstraint(
                condition=models.Q(refunded_won__gte=0)
                & models.Q(refunded_won__lte=models.F("captured_won"))
                & models.Q(captured_won__lte=models.F("won")),
                name="no_more_is_refunded_than_captured",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.won} {self.get_state_display()}"

    def step(self, act: PaymentAct, *, now: datetime, refusal: str = "") -> None:
        """Behind the lock; not saved. Raises NoSuchStep where the table has none."""
        state = after(act, PaymentState(self.state))
        if state is None:
            raise NoSuchStep(f"{act} in {self.state}")
        self.state, self.refusal = state, refusal[:LONGEST_CODE]
        self.settled_at = now if state in {PaymentState.PAID, PaymentState.REFUSED} else None


class Refund(models.Model):
    """What goes back of one payment. One after the other: the next begins when the one before is over."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds", verbose_name="결제")
    won = models.IntegerField("금액 (원)")
    reason = IdentifierField("이유", max_length=24, choices=RefundReason.choices)
    state = IdentifierField("상태", max_length=20, choices=RefundState.choices, default=RefundState.REQUESTED)
    refusal = IdentifierField("거절 코드", max_length=LONGEST_CODE, blank=True, default="")
    requested_at = models.DateTimeField("요청한 시각")
    settled_at = models.DateTimeField("끝난 시각", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "환불"
        indexes = [models.Index(fields=["state", "requested_at"], name="refunds_by_state")]
        constraints = [models.CheckConstraint(condition=models.Q(won__gt=0), name="refund_is_of_something")]

    def __str__(self) -> str:
        return f"{self.won} {self.get_state_display()}"

    def step(self, act: RefundAct, *, now: datetime, refusal: str = "") -> None:
        """As a payment's."""
        state = after_refund(act, RefundState(self.state))
        if state is None:
            raise NoSuchStep(f"{act} in {self.state}")
        self.state, self.refusal = state, refusal[:LONGEST_CODE]
        self.settled_at = now if state in {RefundState.DONE, RefundState.REFUSED} else None
