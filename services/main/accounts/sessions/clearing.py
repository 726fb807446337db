"""Rows that nobody needs any more: refresh tokens that ran out or were spent, sessions that are over, mails sent."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session as AdminSession
from django.db import models

from accounts.mailed.waiting import KEPT as MAILS_KEPT
from accounts.models import AccountMail, RefreshToken, Session, SignInOrigin
from accounts.shared_origins.services import KEPT as ORIGINS_KEPT
from salon_kit.logs import get_logger

log = get_logger(__name__)

# So long the second use of a spent token is known for what it is. Later it is as worthless as an unknown one.
SPENT_KEPT = timedelta(days=1)
# Far longer than any access token of them lives, and than ended sessions are told of.
ENDED_KEPT = timedelta(days=1)
AT_ONCE = 1_000


def clear_what_is_over(*, now: datetime) -> int:
    """Delete at most AT_ONCE rows of each kind, so that no lock is held for long. Returns how many."""
    used_up = models.Q(expires_at__lte=now) | models.Q(spent_at__lte=now - SPENT_KEPT)
    over = models.Q(ended_at__lte=now - ENDED_KEPT) | models.Q(
        ended_at=None, started_at__lte=now - ENDED_KEPT, refresh_tokens=None
    )
    cleared = _delete(RefreshToken.objects.filter(used_up))
    cleared += _delete(Session.objects.filter(over))
    cleared += _delete(AdminSession.objects.filter(expire_date__lte=now))
    cleared += _delete(SignInOrigin.objects.filter(seen_at__lte=now - ORIGINS_KEPT))
    cleared += _delete(AccountMail.objects.filter(created_at__lte=now - MAILS_KEPT))
    if cleared:
        log.info("sessions_cleared", rows=cleared)
    return cleared


def _delete(rows: models.QuerySet[models.Model]) -> int:
    ids = list(rows.values_list("pk", flat=True)[:AT_ONCE])
    return rows.model._base_manager.filter(pk__in=ids).delete()[0] if ids else 0  # noqa: SLF001  # Django's own name
