"""Who talks with whom. What they say is in the log and in history, not in MySQL."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models

from salons.models import Groomer


class Room(models.Model):
    """One customer and one groomer; a pair has one room."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    customer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    groomer = models.ForeignKey(Groomer, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("시작", auto_now_add=True)

    class Meta:
        verbose_name = "대화방"
        verbose_name_plural = "대화방"
        constraints = [models.UniqueConstraint(fields=["customer", "groomer"], name="one_room_per_pair")]

    def __str__(self) -> str:
        return f"{self.customer} ↔ {self.groomer}"
