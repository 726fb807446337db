"""Reading the waitlist."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from bookings.models import Hold, WaitlistEntry
from salon_contracts.http.problem import NotFound


def entries_of(*, account_id: int, now: datetime) -> QuerySet[WaitlistEntry]:
    """Others do not exist for it. With the hold that stands for each, if any."""
    standing = Hold.objects.standing(now=now).select_related("groomer__salon")
    offers = Prefetch("offers", standing, to_attr="standing_offers")
    mine = WaitlistEntry.objects.filter(customer_id=account_id)
    return mine.select_related("salon", "groomer").prefetch_related(offers)


def entry_of(*, account_id: int, entry_id: UUID, now: datetime) -> WaitlistEntry:
    """Raises NotFound."""
    entry = entries_of(account_id=account_id, now=now).filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    return entry
