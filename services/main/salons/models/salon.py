"""Where dogs are groomed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction

from api.inputs.model_fields import IdentifierField
from api.inputs.nfc_field import NfcCharField
from salons.policies.cancellation import USUAL, Policy, check_policy, policy_of, stored_form

MOST_BUFFER_MINUTES = 120
MOST_NOTICE_MINUTES = 14 * 24 * 60
KOREA = "Asia/Seoul"
USUAL_HORIZON_DAYS, MOST_HORIZON_DAYS = 60, 365
# Of Korea, with its islands: what lies outside is a slip of the hand.
LATITUDES, LONGITUDES = (33.0, 39.0), (124.0, 132.0)


def _within(limits: tuple[float, float]) -> list[Callable[[Any], None]]:
    least, most = limits
    return [MinValueValidator(least), MaxValueValidator(most)]


def _from_nothing_to(most: int) -> list[Callable[[Any], None]]:
    return [MinValueValidator(0), MaxValueValidator(most)]


class Region(models.Model):
    city = NfcCharField("시·도", max_length=30)
    district = NfcCharField("시·군·구", max_length=30)

    class Meta:
        verbose_name = "지역"
        verbose_name_plural = "지역"
        constraints = [models.UniqueConstraint(fields=["city", "district"], name="one_region_per_name")]

    def __str__(self) -> str:
        return f"{self.city} {self.district}"

    def save(self, *args: Any, **options: Any) -> None:
        """In one transaction with what salons are found by (salons.search.index.keeping listens)."""
        with transaction.atomic():
            super().save(*args, **options)


def known_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError("Asia/Seoul처럼 IANA 시간대 이름을 입력해 주세요", code="no-time-zone")


class Salon(models.Model):
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="salons", verbose_name="지역")
    name = NfcCharField("이름", max_length=60)
    address = NfcCharField("주소", max_length=200)
    summary = NfcCharField("한 줄 소개", max_length=200, blank=True)
    latitude = models.FloatField("위도", null=True, blank=True, validators=_within(LATITUDES))
    longitude = models.FloatField("경도", null=True, blank=True, validators=_within(LONGITUDES))
    time_zone = IdentifierField("시간대", max_length=40, default=KOREA, db_default=KOREA, validators=[known_time_zone])
    # Not Django's positive fields: their check would copy the table under those who read it.
    buffer_minutes = models.SmallIntegerField(
        "예약 사이 여유 (분)", default=0, db_default=0, validators=_from_nothing_to(MOST_BUFFER_MINUTES)
    )
    notice_minutes = models.IntegerField(
        "예약 마감 (시작 몇 분 전)", default=0, db_default=0, validators=_from_nothing_to(MOST_NOTICE_MINUTES)
    )
    horizon_days = models.SmallIntegerField(
        "며칠 뒤까지 예약을 받는지",
        default=USUAL_HORIZON_DAYS,
        db_default=USUAL_HORIZON_DAYS,
        validators=_from_nothing_to(MOST_HORIZON_DAYS),
    )
    cancellation_policy: models.JSONField[Any, Any] = models.JSONField(
        "취소 규정",
        null=True,
        blank=True,
        validators=[check_policy],
        help_text="비워 두면 시작 전까지 무료. 하루 전까지 무료, 한 시간 전까지 10%, 그 뒤 50%: "
        + json.dumps(stored_form(USUAL)),
    )
    prepayment = models.BooleanField(
        "예약할 때 결제",
        default=False,
        db_default=False,
        help_text="켜면 시간을 잡아 두고 결제해야 예약돼요. 결제가 연결된 곳에서만 켜 주세요",
    )
    next_free_at: datetime | None
    """Of one that was read to be shown (salons.free_times), and no column."""
    version = models.IntegerField(default=1, db_default=1, editable=False)
    """Rises with every change that its owner makes of it, its hours or its offers."""

    class Meta:
        verbose_name = "살롱"
        verbose_name_plural = "살롱"

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **options: Any) -> None:
        """In one transaction with what it is found by (salons.search.index.keeping listens)."""
        with transaction.atomic():
            super().save(*args, **options)

    def clean(self) -> None:
        """A place has both numbers, or neither; and Django asks no validator about a blank field's `[]` or `{}`."""
        if self.cancellation_policy is not None:
            check_policy(self.cancellation_policy)
        if (self.latitude is None) != (self.longitude is None):
            raise ValidationError("위도와 경도는 함께 입력해 주세요", code="half-a-place")

    @property
    def cover(self) -> object | None:
        """The first of its gallery (photos.models.Photo). For a list, `photos` are prefetched."""
        return min(self.photos.all(), key=lambda photo: (photo.place, photo.pk), default=None)

    @property
    def shown_rating(self) -> object | None:
        """What its reviews make of it (reviews.models.Rating). For a list, `rating` is selected with the salon."""
        rating = getattr(self, "rating", None)
        return rating if rating is not None and rating.count else None

    @property
    def zone(self) -> ZoneInfo:
        """In which its hours are, and its days."""
        return ZoneInfo(self.time_zone)

    @property
    def policy(self) -> Policy:
        """What cancelling costs whoever books now."""
        return policy_of(self.cancellation_policy)

    @property
    def buffer(self) -> timedelta:
        """Between two visits to one groomer: to clean up, or to travel."""
        return timedelta(minutes=self.buffer_minutes)

    @property
    def notice(self) -> timedelta:
        """How long before it begins a slot can be booked at the latest."""
        return timedelta(minutes=self.notice_minutes)
