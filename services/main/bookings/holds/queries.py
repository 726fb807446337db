"""Reading holds."""

from __future__ import annotations

from uuid import UUID

from bookings.models import Hold
from bookings.models.hold import HoldQuerySet
from salon_contracts.http.problem import NotFound


def holds_of(*, account_id: int) -> HoldQuerySet:
    """Others do not exist for it."""
    return Hold.objects.select_related("groomer__salon").filter(customer_id=account_id)


def hold_of(*, account_id: int, hold_id: UUID) -> Hold:
    """Raises NotFound."""
    hold = holds_of(account_id=account_id).filter(pk=hold_id).first()
    if hold is None:
        raise NotFound
    return hold
