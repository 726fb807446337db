"""Reading one's own sessions."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import RefreshToken, Session, SessionQuerySet


def live_sessions(*, account_id: int, now: datetime) -> SessionQuerySet:
    """Those that can still be refreshed."""
    good = RefreshToken.objects.filter(session=OuterRef("pk"), spent_at=None, expires_at__gt=now)
    return Session.objects.filter(Exists(good), account_id=account_id, ended_at=None)
