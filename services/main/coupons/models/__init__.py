"""Coupon events, and the coupons that came of them."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from api.inputs.model_fields import IdentifierField
from coupons.models.append_only import Written
from salon_contracts.events.coupons import LineOrder

TITLE_LENGTH = 100
MOST_COUPONS = 1_000_000
HIGHEST_DISCOUNT_WON = 1_000_000
MOST_WAITING = 10_000_000
USUAL_MAX_WAITING = 100_000
HIGHEST_PACE_PER_SECOND = 100_000
CLAIM_ID_LENGTH = 100
TRACE_ID_LENGTH = 64
MESSAGE_LENGTH = 200
LINE_ORDERS = [(LineOrder.FIFO, "선착순"), (LineOrder.LOTTERY, "추첨")]


class CouponEvent(models.Model):
    """A drop. A draft is known to operators only; `revision` orders what the line hears of the rest."""

    class State(models.TextChoices):
        DRAFT = "draft", "작성 중"
        PUBLISHED = "published", "공개"
        CLOSED = "closed", "종료"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField("제목", max_length=TITLE_LENGTH)
    quantity = models.PositiveIntegerField("수량", validators=[MinValueValidator(1), MaxValueValidator(MOST_COUPONS)])
    discount_won = models.PositiveIntegerField(
        "할인 금액(원)", validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_DISCOUNT_WON)]
    )
    opens_at = models.DateTimeField("여는 시각")
    closes_at = models.DateTimeField("닫는 시각")
    state = models.CharField("상태", max_length=10, choices=State, default=State.DRAFT)
    paused = models.BooleanField("일시 정지", default=False)
    revision = models.PositiveIntegerField("개정", default=1)
    max_waiting = models.PositiveIntegerField(
        "최대 대기 인원", default=USUAL_MAX_WAITING, validators=[MinValueValidator(1), MaxValueValidator(MOST_WAITING)]
    )
    pace_ceiling_per_second = models.PositiveIntegerField(
        "초당 발급 상한",
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(HIGHEST_PACE_PER_SECOND)],
    )
    message_ko = models.CharField(
        "기다리는 분들께 (한국어)", max_length=MESSAGE_LENGTH, blank=True, db_default="", default=""
    )
    message_en = models.CharField(
        "기다리는 분들께 (영어)", max_length=MESSAGE_LENGTH, blank=True, db_default="", default=""
    )
    line_order = models.CharField(
        "줄 순서",
        max_length=10,
        choices=LINE_ORDERS,
        default=LineOrder.FIFO.value,
        db_default=LineOrder.FIFO.value,
    )
    rehearsal = models.BooleanField("연습", default=False, db_default=False, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="만든 사람"
    )
    created_at = models.DateTimeField("만든 시각")
    changed_at = models.DateTimeField("바뀐 시각")

    class Meta:
        verbose_name = verbose_name_plural = "쿠폰 이벤트"
        indexes = [models.Index(fields=["-opens_at", "-id"], name="coupon_event_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__lte=MOST_COUPONS), name="coupon_event_quantity"
            ),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="coupon_event_closes_after_opening"),
        ]

    def __str__(self) -> str:
        return self.title


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


class AuditEntry(Written):
    """One act of an operator on one event: who, when, what, and from which revision to which.

    `facts` has, for each field that the act changed, `[before, after]`.
    """

    event = models.ForeignKey(CouponEvent, on_delete=models.PROTECT, related_name="audit", verbose_name="이벤트")
    operator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="운영자"
    )
    act = models.CharField("한 일", max_length=20)
    acted_at = models.DateTimeField("한 때")
    revision_before = models.PositiveIntegerField("이전 개정")
    revision_after = models.PositiveIntegerField("이후 개정")
    facts = models.JSONField("바뀐 것")
    trace_id = models.CharField("추적 번호", max_length=TRACE_ID_LENGTH)

    class Meta:
        verbose_name = verbose_name_plural = "운영 기록"
        indexes = [models.Index(fields=["event", "-id"], name="audit_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["event", "revision_after"], name="audit_one_act_per_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.act} {self.revision_after}"


# Django finds models here only. They are in files of their own, which name the event by its label.
from coupons.models.draw import Draw, DrawPage  # noqa: E402, F401
from coupons.models.issue_log import IssueLink, IssueLog  # noqa: E402, F401
