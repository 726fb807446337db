"""A groomer's time that belongs to a customer."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.nfc_field import NfcCharField
from salons.models import DogSize, Groomer, Treatment

LONGEST = timedelta(days=7)
"""No booking lasts longer, so whoever looks for those at a moment need not look further back."""


class TimeOff(models.Model):
    """When a groomer takes no bookings though the salon is open: a break, a day off, a holiday."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    groomer = models.ForeignKey(Groomer, on_delete=models.CASCADE, related_name="time_off", verbose_name="미용사")
    starts_at = models.DateTimeField("시작")
    ends_at = models.DateTimeField("끝")
    note = NfcCharField("메모", max_length=100, blank=True)

    class Meta:
        verbose_name = "휴무"
        verbose_name_plural = "휴무"
        indexes = [models.Index(fields=["groomer", "-starts_at", "-id"], name="time_off_of_groomer")]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="time_off_takes_time")
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M}–{self.ends_at:%F %H:%M}"


class Booking(models.Model):
    """Two confirmed ones of one groomer never overlap: triggers see to it, whoever writes (migration 0002)."""

    class Status(models.TextChoices):
        CONFIRMED = "confirmed", "확정"
        CANCELLED = "cancelled", "취소"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    customer = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="bookings", verbose_name="보호자")
    groomer = models.ForeignKey(Groomer, on_delete=models.PROTECT, related_name="bookings", verbose_name="미용사")
    treatment = models.ForeignKey(Treatment, on_delete=models.PROTECT, related_name="bookings", verbose_name="시술")
    dog_size = models.CharField("크기", max_length=10, choices=DogSize.choices)
    starts_at = models.DateTimeField("시작")
    ends_at = models.DateTimeField("끝")
    price = models.PositiveIntegerField("가격 (원)")
    status = models.CharField("상태", max_length=10, choices=Status.choices)
    booked_at = models.DateTimeField("예약한 시각")
    cancelled_at = models.DateTimeField("취소한 시각", null=True, blank=True)

    class Meta:
        verbose_name = "예약"
        verbose_name_plural = "예약"
        indexes = [
            models.Index(fields=["customer", "-starts_at", "-id"], name="bookings_of_customer"),
            models.Index(fields=["groomer", "-starts_at", "-id"], name="bookings_of_groomer"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="booking_takes_time"),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("starts_at") + LONGEST), name="booking_takes_a_week_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M} {self.get_status_display()}"
