"""What came of claims: coupons, what a rehearsal has in place of them, and refusals."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

from api.inputs.model_fields import IdentifierField
from coupons.models.event import CouponEvent

CLAIM_ID_LENGTH = 100


class IssuedUnit(models.Model):
    """One unit that was given out. A rehearsal writes the same columns as a drop, so that it costs the same."""

    event_id: UUID
    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    serial = models.PositiveIntegerField("일련번호")
    number = models.PositiveBigIntegerField("대기 번호")
    claim_id = IdentifierField("청구", max_length=CLAIM_ID_LENGTH)
    issued_at = models.DateTimeField("발급 시각")
    expires_at = models.DateTimeField("만료 시각")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.event_id} #{self.serial}"


class Coupon(IssuedUnit):
    """One unit of an event in somebody's hands. `serial` is the unit, `number` the place in line that won it.

    `serial` ≤ quantity needs the event's row: `issue_coupons` holds that one, under its lock.
    """

    event = models.ForeignKey(CouponEvent, on_delete=models.PROTECT, related_name="coupons", verbose_name="이벤트")
    customer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="coupons", verbose_name="고객"
    )

    class Meta:
        verbose_name = verbose_name_plural = "쿠폰"
        indexes = [models.Index(fields=["customer", "-issued_at", "-id"], name="coupon_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["event", "customer"], name="coupon_one_per_customer"),
            models.UniqueConstraint(fields=["event", "serial"], name="coupon_one_per_serial"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="coupon_serial_from_one"),
        ]


class RehearsedCoupon(IssuedUnit):
    """What would be a coupon if its event were not a rehearsal: the same facts, and nobody's.

    The customer is a plain id (see `is_simulated`). `manage.py forget_rehearsals` deletes these rows.
    """

    event = models.ForeignKey(CouponEvent, on_delete=models.PROTECT, related_name="rehearsed", verbose_name="이벤트")
    customer_id = models.BigIntegerField("가상 고객")

    class Meta:
        verbose_name = verbose_name_plural = "연습 쿠폰"
        indexes = [models.Index(fields=["customer_id", "-issued_at", "-id"], name="rehearsed_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["event", "customer_id"], name="rehearsed_one_per_customer"),
            models.UniqueConstraint(fields=["event", "serial"], name="rehearsed_one_per_serial"),
            models.CheckConstraint(condition=Q(serial__gte=1), name="rehearsed_serial_from_one"),
        ]


class RefusedClaim(models.Model):
    """A claim that was answered with no. Kept, because the same claim again must hear the same answer,

    also when the reason has passed: its unit has gone to the next in line since. The event and the customer
    are plain ids, for they may be the very things that do not exist.
    """

    event_id = models.UUIDField("이벤트")
    claim_id = IdentifierField("청구", max_length=CLAIM_ID_LENGTH)
    customer_id = models.BigIntegerField("고객")
    serial = models.PositiveBigIntegerField("일련번호")
    reason = models.CharField("사유", max_length=30)
    refused_at = models.DateTimeField("거절 시각")

    class Meta:
        verbose_name = verbose_name_plural = "거절된 청구"
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "claim_id", "customer_id", "serial"], name="refused_claim_answered_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.claim_id}: {self.reason}"
