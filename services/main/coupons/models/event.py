"""The coupon event itself: what an operator writes down, and how far it has got."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from salon_contracts.events.coupons import LineOrder

TITLE_LENGTH = 100
MOST_COUPONS = 1_000_000
HIGHEST_DISCOUNT_WON = 1_000_000
MOST_WAITING = 10_000_000
USUAL_MAX_WAITING = 100_000
HIGHEST_PACE_PER_SECOND = 100_000
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
    needs_confirmed_email = models.BooleanField("이메일을 확인한 계정만", default=False, db_default=False)
    needs_account_before = models.DateTimeField(
        "이때보다 먼저 가입한 계정만", null=True, blank=True, help_text="비워 두면 언제 가입했든 참여할 수 있어요"
    )
    needs_dog = models.BooleanField("강아지를 등록한 계정만", default=False, db_default=False)
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
