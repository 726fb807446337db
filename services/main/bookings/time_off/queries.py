"""Reading times off."""

from __future__ import annotations

from django.db.models import QuerySet

from bookings.models import TimeOff


def time_off_of(*, account_id: int) -> QuerySet[TimeOff]:
    """Those of the groomer that this account stands for. Others do not exist for them."""
    return TimeOff.objects.filter(groomer__account_id=account_id)
