"""When a salon is open."""

from __future__ import annotations

from datetime import time

from django.core.exceptions import ValidationError
from django.db import models

from api.inputs.nfc_field import NfcCharField
from salons.models.salon import Salon


class Weekday(models.IntegerChoices):
    """As datetime.weekday() counts."""

    MONDAY = 0, "월요일"
    TUESDAY = 1, "화요일"
    WEDNESDAY = 2, "수요일"
    THURSDAY = 3, "목요일"
    FRIDAY = 4, "금요일"
    SATURDAY = 5, "토요일"
    SUNDAY = 6, "일요일"


def whole_minutes(clock: time) -> None:
    if clock.second or clock.microsecond:
        raise ValidationError("분 단위로 입력해 주세요", code="not-minutes")


class OpeningHours(models.Model):
    """From and to, by the clocks of the salon's time zone, to the minute. A weekday without a row is a day off.

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


class Break(models.Model):
    """Of each week: no treatment lasts over it. As hours do, it may end on the next day."""

    salon = models.ForeignKey(Salon, on_delete=models.CASCADE, related_name="breaks", verbose_name="살롱")
    weekday = models.SmallIntegerField("요일", choices=Weekday.choices)
    starts_at = models.TimeField("시작", validators=[whole_minutes])
    ends_at = models.TimeField("끝", validators=[whole_minutes])

    class Meta:
        verbose_name = "쉬는 시간"
        verbose_name_plural = "쉬는 시간"

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"


class ClosedDay(models.Model):
    """A date, where the salon is, on which the hours of its weekday do not take place: a holiday."""

    salon = models.ForeignKey(Salon, on_delete=models.CASCADE, related_name="closed_days", verbose_name="살롱")
    day = models.DateField("날짜")
    note = NfcCharField("메모", max_length=100, blank=True)

    class Meta:
        verbose_name = "휴일"
        verbose_name_plural = "휴일"
        constraints = [models.UniqueConstraint(fields=["salon", "day"], name="closed_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%F}"
