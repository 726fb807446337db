"""Rows that are written once: triggers refuse to change or remove them, whoever writes (migration 0001)."""

from __future__ import annotations

from django.db import models

from api.inputs.model_fields import IdentifierField
from payments.models.payment import LONGEST_CODE, Payment, Refund


class Attempt(models.Model):
    """A call that moves money, committed before it is made. The key is the same however often it is made."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="attempts", verbose_name="결제")
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="attempts", verbose_name="환불"
    )
    """None: the payment is confirmed."""
    idempotency_key = IdentifierField("멱등 키", max_length=80, unique=True)
    won = models.IntegerField("금액 (원)")
    recorded_at = models.DateTimeField("기록한 시각")

    class Meta:
        verbose_name = verbose_name_plural = "시도"

    def __str__(self) -> str:
        return str(self.idempotency_key)


class ProviderEvent(models.Model):
    """What the provider answered, in order: states follow from these."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="events", verbose_name="결제")
    refund = models.ForeignKey(
        Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="events", verbose_name="환불"
    )
    call = IdentifierField("호출", max_length=10)
    outcome = IdentifierField("결과", max_length=10)
    http_status = models.SmallIntegerField("HTTP 상태")
    """0: none came."""
    code = IdentifierField("코드", max_length=LONGEST_CODE, blank=True, default="")
    status = IdentifierField("결제 상태", max_length=24, blank=True, default="")
    balance_won = models.BigIntegerField("남은 금액 (원)", null=True, blank=True)
    at = models.DateTimeField("시각")

    class Meta:
        verbose_name = verbose_name_plural = "결제사 응답"

    def __str__(self) -> str:
        return f"{self.call} {self.outcome} {self.status or self.code}"


class LedgerAccount(models.TextChoices):
    PROVIDER = "provider", "결제사에 있는 돈"
    CUSTOMER = "customer", "보호자의 돈"
    SALON = "salon", "살롱의 돈"


class LedgerReason(models.TextChoices):
    CAPTURED = "captured", "받음"
    BOOKED = "booked", "예약됨"
    RELEASED = "released", "돌려주기로 함"
    REFUNDED = "refunded", "돌려줌"
    KEPT = "kept", "돌려주지 못함"


class LedgerEntry(models.Model):
    """So many won from one account to another: whatever the entries are, all accounts together hold nothing.

    What is in `provider` is what it owes us, so that account is below zero by what `customer` and `salon` are above.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="ledger", verbose_name="결제")
    reason = IdentifierField("이유", max_length=10, choices=LedgerReason.choices)
    about = models.UUIDField("대상")
    """The payment, or the refund: each reason has one entry about a thing."""
    debit = IdentifierField("차변", max_length=10, choices=LedgerAccount.choices)
    """From which."""
    credit = IdentifierField("대변", max_length=10, choices=LedgerAccount.choices)
    """To which."""
    won = models.IntegerField("금액 (원)")
    at = models.DateTimeField("시각")

    class Meta:
        verbose_name = verbose_name_plural = "원장"
        constraints = [
            models.UniqueConstraint(fields=["about", "reason"], name="one_entry_of_a_reason"),
            models.CheckConstraint(condition=models.Q(won__gt=0), name="entry_moves_something"),
            models.CheckConstraint(condition=~models.Q(debit=models.F("credit")), name="entry_is_between_two_accounts"),
        ]

    def __str__(self) -> str:
        return f"{self.debit} → {self.credit} {self.won}"
