"""What operators may read besides the events."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from coupons.events.queries import coupon_event_for
from coupons.models import AuditEntry


def audit_of(*, event_id: UUID) -> QuerySet[AuditEntry]:
    """What operators did to one event. Raises UnknownCouponEvent."""
    event = coupon_event_for(event_id=event_id, sees_drafts=True)
    return event.audit.select_related("operator")
