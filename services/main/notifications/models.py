"""What people have been told."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q

KIND_LENGTH = 50


class Notification(models.Model):
    """One piece of news for one person. `source_id` is what it came from: the same source tells a person once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications", verbose_name="받는 사람"
    )
    kind = models.CharField("종류", max_length=KIND_LENGTH)
    facts = models.JSONField("내용")
    source_id = models.UUIDField("출처")
    created_at = models.DateTimeField("알린 시각")
    read_at = models.DateTimeField("읽은 시각", null=True, blank=True)
    wants_mail = models.BooleanField("메일", default=False)
    mail_tried_at = models.DateTimeField("메일 보낸 시각", null=True, blank=True)
    """Set before the mail goes out: what is set is never sent again, so a mail is sent at most once."""

    class Meta:
        verbose_name = verbose_name_plural = "알림"
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notification_newest_first"),
            models.Index(fields=["recipient", "read_at"], name="notification_unread"),
            models.Index(fields=["wants_mail", "mail_tried_at", "created_at"], name="notification_mail_waiting"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source_id", "recipient"], name="notification_told_once"),
            models.CheckConstraint(
                condition=Q(wants_mail=True) | Q(mail_tried_at__isnull=True), name="notification_mail_only_if_wanted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"
