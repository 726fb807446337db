"""At which secret addresses people read their bookings."""

from __future__ import annotations

from uuid import uuid4

from django.db import models

from accounts.models import Account
from api.inputs.model_fields import IdentifierField


class CalendarFeed(models.Model):
    """Only a digest of its secret is kept, so that a stolen table opens no calendar."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    # The constraint is in migration 0001, where the database removes the row itself: an older release that deletes an
    # account knows nothing of this table.
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, db_constraint=False, related_name="calendar_feeds", verbose_name="계정"
    )
    digest = IdentifierField("비밀의 지문", max_length=64, unique=True, editable=False)
    language = IdentifierField("언어", max_length=2, editable=False)
    made_at = models.DateTimeField("만든 시각")

    class Meta:
        verbose_name = verbose_name_plural = "캘린더 구독 주소"
        indexes = [models.Index(fields=["account", "-made_at", "-id"], name="feeds_of_account")]

    def __str__(self) -> str:
        return f"{self.made_at:%F %H:%M}"
