"""Titles and messages of old that today's rule would not take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from coupons.events.publishing import announce
from coupons.models import CouponEvent


def mend_texts(*, event_id: UUID, texts: Mapping[str, str], now: datetime) -> None:
    """Everybody who hears of the event hears the mended texts. No act of an operator: the audit log has no entry."""
    with transaction.atomic(durable=True):
        event = CouponEvent.objects.select_for_update().get(pk=event_id)
        for field, text in texts.items():
            setattr(event, field, text)
        event.revision += 1
        event.changed_at = now
        event.save(update_fields=[*texts, "revision", "changed_at"])
        if event.state != CouponEvent.State.DRAFT:
            announce(event)
