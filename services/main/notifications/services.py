"""Telling people, once each, and remembering what they have read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Account
from api.callers.acting import By
from notifications.models import Notification
from notifications.notices import NoticedEvent, notices_in
from salon_kit.logs import get_logger

log = get_logger(__name__)


def deliver_notifications(*, events: Sequence[NoticedEvent], now: datetime) -> int:
    """Make a row for each person that an event is news for, and give the number of rows that are new.

    The same event again changes nothing: not the row, and not whether it has been read.
    """
    with transaction.atomic(durable=True):
        notices = [notice for event in events for notice in notices_in(event)]
        people = set(
            Account.objects.filter(pk__in={notice.recipient_id for notice in notices}).values_list("pk", flat=True)
        )
        known = set(
            Notification.objects.filter(source_id__in={notice.source_id for notice in notices}).values_list(
                "source_id", "recipient_id"
            )
        )
        fresh: dict[tuple[UUID, int], Notification] = {}
        for notice in notices:
            key = (notice.source_id, notice.recipient_id)
            if notice.recipient_id not in people:
                log.warning("news_for_nobody", recipient_id=notice.recipient_id, kind=notice.kind)
            elif key not in known:
                fresh.setdefault(key, Notification(**notice._asdict(), created_at=now))
        # Another worker may be writing the same rows, after a rebalance: whoever is second changes nothing.
        Notification.objects.bulk_create(fresh.values(), update_conflicts=True, update_fields=["source_id"])
    log.info("notifications_delivered", events=len(events), fresh=len(fresh))
    return len(fresh)


def mark_read(*, ids: Sequence[UUID] | None, by: By) -> int:
    """Mark these, or all if `ids` is None. Gives how many are left unread. Others' ids change nothing."""
    unread = Notification.objects.filter(recipient_id=by.account_id, read_at=None)
    (unread if ids is None else unread.filter(pk__in=ids)).update(read_at=by.now)
    return unread.count()
