"""Which events there are, for whom."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from coupons.events.phases import with_sold_out
from coupons.models import CouponEvent
from salon_contracts.http.problem import UnknownCouponEvent


def coupon_events_for(*, sees_drafts: bool) -> QuerySet[CouponEvent]:
    """Operators see drafts and rehearsals; everybody else sees what has been published, also after its end."""
    events = with_sold_out(CouponEvent.objects.select_related("draw"))
    return events if sees_drafts else events.exclude(state=CouponEvent.State.DRAFT).filter(rehearsal=False)


def coupon_event_for(*, event_id: UUID, sees_drafts: bool) -> CouponEvent:
    event = coupon_events_for(sees_drafts=sees_drafts).filter(pk=event_id).first()
    if event is None:
        raise UnknownCouponEvent
    return event
