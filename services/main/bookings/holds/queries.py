"""Reading holds."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from bookings.holds.states import HoldState
from bookings.models import Hold
from salon_contracts.http.problem import NotFound


def standing(holds: QuerySet[Hold], *, now: datetime) -> QuerySet[Hold]:
    """Those that take time now, whether somebody has noted an end of theirs yet or not."""
    return holds.filter(state=HoldState.HELD, held_until__gt=now)


def holds_of(*, account_id: int) -> QuerySet[Hold]:
    """Others do not exist for it."""
    return Hold.objects.select_related("groomer__salon").filter(customer_id=account_id)


def hold_of(*, account_id: int, hold_id: UUID) -> Hold:
    """Raises NotFound."""
    hold = holds_of(account_id=account_id).filter(pk=hold_id).first()
    if hold is None:
        raise NotFound
    return hold
