"""Where dogs are groomed, by whom, what is offered, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.inputs.nfc_field import NfcCharField

MOST_BUFFER_MINUTES = 120
MOST_NOTICE_MINUTES = 14 * 24 * 60
USUAL_HORIZON_DAYS, MOST_HORIZON_DAYS = 60, 365


def _from_nothing_to(most: int) -> list[Callable[[Any], None]]:
    return [MinValueValidator(0), MaxValueValidator(most)]


class DogSize(models.TextChoices):
    SMALL = "small", "소형견"
    MEDIUM = "medium", "중형견"
    LARGE = "large", "대형견"


class Weekday(models.IntegerChoices):
    """As datetime.weekday() counts."""

    MONDAY = 0, "월요일"
    TUESDAY = 1, "화요일"
    WEDNESDAY = 2, "수요일"
    THURSDAY = 3, "목요일"
    FRIDAY = 4, "금요일"
    SATURDAY = 5, "토요일"
    SUNDAY = 6, "일요일"


class Region(models.Model):
    city = NfcCharField("시·도", max_length=30)
    district = NfcCharField("시·군·구", max_length=30)

    class Meta:
        verbose_name = "지역"
        verbose_name_plural = "지역"
        constraints = [models.UniqueConstraint(fields=["city", "district"], name="one_region_per_name")]

    def __str__(self) -> str:
        return f"{self.city} {self.district}"


class Salon(models.Model):
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="salons", verbose_name="지역")
    name = NfcCharField("이름", max_length=60)
    address = NfcCharField("주소", max_length=200)
    summary = NfcCharField("한 줄 소개", max_length=200, blank=True)
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

    class Meta:
        verbose_name = "살롱"
        verbose_name_plural = "살롱"

    def __str__(self) -> str:
        return self.name

    @property
    def buffer(self) -> timedelta:
        """Between two visits to one groomer: to clean up, or to travel."""
        return timedelta(minutes=self.buffer_minutes)

    @property
    def notice(self) -> timedelta:
        """How long before it begins a slot can be booked at the latest."""
        return timedelta(minutes=self.notice_minutes)


class Groomer(models.Model):
    salon = models.ForeignKey(Salon, on_delete=models.PROTECT, related_name="groomers", verbose_name="살롱")
    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="groomer", verbose_name="계정")
    name = NfcCharField("이름", max_length=50)

    class Meta:
        verbose_name = "미용사"
        verbose_name_plural = "미용사"

    def __str__(self) -> str:
        return f"{self.name} ({self.salon})"

    def clean(self) -> None:
        """A customer who were the groomer too would talk with themselves."""
        account = Account.objects.filter(pk=self.account_id).first()
        if account is not None and account.role != Account.Role.GROOMER:
            raise ValidationError({"account": ValidationError("미용사 계정이 아니에요", code="not-a-groomer")})

    def save(self, *args: Any, **options: Any) -> None:
        """Raises Forbidden for an account of another role: it may have changed since the form was checked."""
        with transaction.atomic():
            lock_account(account_id=self.account_id, acts_as=Account.Role.GROOMER)
            super().save(*args, **options)


def _minutes(label: str) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(label, validators=[MinValueValidator(5), MaxValueValidator(480)])


def _price(label: str) -> models.PositiveIntegerField[int, int]:
    return models.PositiveIntegerField(label, validators=[MaxValueValidator(10_000_000)])


class Treatment(models.Model):
    """What a salon offers. A larger dog takes longer and costs more."""

    salon = models.ForeignKey(Salon, on_delete=models.PROTECT, related_name="treatments", verbose_name="살롱")
    name = NfcCharField("이름", max_length=60)
    price_small = _price("가격 (소형견, 원)")
    price_medium = _price("가격 (중형견, 원)")
    price_large = _price("가격 (대형견, 원)")
    minutes_small = _minutes("시간 (소형견, 분)")
    minutes_medium = _minutes("시간 (중형견, 분)")
    minutes_large = _minutes("시간 (대형견, 분)")

    class Meta:
        verbose_name = "시술"
        verbose_name_plural = "시술"
        constraints = [models.UniqueConstraint(fields=["salon", "name"], name="one_treatment_per_name")]

    def __str__(self) -> str:
        return self.name

    def price(self, size: DogSize) -> int:
        """Whole won."""
        return {
            DogSize.SMALL: self.price_small,
            DogSize.MEDIUM: self.price_medium,
            DogSize.LARGE: self.price_large,
        }[size]

    def duration(self, size: DogSize) -> timedelta:
        minutes = {
            DogSize.SMALL: self.minutes_small,
            DogSize.MEDIUM: self.minutes_medium,
            DogSize.LARGE: self.minutes_large,
        }[size]
        return timedelta(minutes=minutes)


def whole_minutes(clock: time) -> None:
    if clock.second or clock.microsecond:
        raise ValidationError("분 단위로 입력해 주세요", code="not-minutes")


class OpeningHours(models.Model):
    """From and to, in Korean time, to the minute. A weekday without a row is a day off.

    Hours that close no later than they open close on the next day: 18:00–02:00; 10:00–00:00 is until midnight.
    """

    salon = models.ForeignKey(Salon, on_delete=models.CASCADE, related_name="opening_hours", verbose_name="살롱")
    weekday = models.PositiveSmallIntegerField("요일", choices=Weekday.choices)
    opens_at = models.TimeField("여는 시각", validators=[whole_minutes])
    closes_at = models.TimeField(
        "닫는 시각",
        validators=[whole_minutes],
        help_text="여는 시각보다 이르거나 같으면 다음 날 닫아요. 자정까지는 00:00",
    )

    class Meta:
        verbose_name = "영업 시간"
        verbose_name_plural = "영업 시간"
        constraints = [models.UniqueConstraint(fields=["salon", "weekday"], name="one_opening_per_weekday")]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"
