"""When a groomer takes no bookings."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from api.inputs.nfc_field import NfcCharField
from salons.models import Groomer


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
