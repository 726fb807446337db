"""A groomer's time that belongs to a customer."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from accounts.models import Account
from salons.models import DogSize, Groomer, Treatment


class Booking(models.Model):
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

    def __str__(self) -> str:
        return f"{self.starts_at:%F %H:%M} {self.get_status_display()}"


class OccupiedQuarter(models.Model):
    """One quarter of an hour of one groomer, taken. Two bookings that overlap cannot both have their rows."""

    booking = models.ForeignKey(Booking, on_delete=models.CASCADE, related_name="quarters")
    groomer = models.ForeignKey(Groomer, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["groomer", "starts_at"], name="no_two_bookings_overlap")]

    def __str__(self) -> str:
        return f"{self.groomer_id} {self.starts_at:%F %H:%M}"
