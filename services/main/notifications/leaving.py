"""An account that is deleted (accounts/leaving): its list of notifications goes."""

from __future__ import annotations

from datetime import datetime

from notifications.models import Notification


def forget_notifications(*, account_id: int, now: datetime) -> None:
    """They are about the person's own bookings and coupons, whose rows stay."""
    Notification.objects.filter(recipient_id=account_id).delete()
