"""An account that is deleted, or has a new password by a mailed link (accounts/leaving): its addresses are nobody's."""

from __future__ import annotations

from datetime import datetime

from calendars.models import CalendarFeed


def forget_feeds(*, account_id: int, now: datetime) -> None:
    CalendarFeed.objects.filter(account_id=account_id).delete()
