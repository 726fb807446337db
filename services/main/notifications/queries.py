"""What a person has been told."""

from __future__ import annotations

from django.db.models import QuerySet

from notifications.models import Notification


def notifications_of(*, recipient_id: int) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient_id=recipient_id)


def unread_count(*, recipient_id: int) -> int:
    return notifications_of(recipient_id=recipient_id).filter(read_at=None).count()
