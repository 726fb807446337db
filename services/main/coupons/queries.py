"""What can be read about coupons, and by whom."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from coupons.errors import NotALottery, UnknownCouponEvent
from coupons.models import AuditEntry, Coupon, CouponEvent
from coupons.models.draw import ENTRIES_A_ROW, Draw, DrawPage
from coupons.operating.phases import with_sold_out
from salon_contracts.events.coupons import LineOrder


def coupon_events_for(*, sees_drafts: bool) -> QuerySet[CouponEvent]:
    """Operators see drafts and rehearsals; everybody else sees what has been published, also after its end."""
    events = with_sold_out(CouponEvent.objects.select_related("draw"))
    return events if sees_drafts else events.exclude(state=CouponEvent.State.DRAFT).filter(rehearsal=False)


def coupon_event_for(*, event_id: UUID, sees_drafts: bool) -> CouponEvent:
    event = coupon_events_for(sees_drafts=sees_drafts).filter(pk=event_id).first()
    if event is None:
        raise UnknownCouponEvent
    return event


def page_of_draw(*, event_id: UUID, after: int, limit: int) -> dict[str, Any]:
    """The draw of a lottery, with the entries after the first `after` of them.

    Raises UnknownCouponEvent, NotALottery.
    """
    event = coupon_event_for(event_id=event_id, sees_drafts=False)
    if event.line_order != LineOrder.LOTTERY:
        raise NotALottery
    draw, seed, items = event.draw, None, list[str]()
    if draw.is_revealed:
        seed, items = draw.seed, _entries_of(draw, after, limit)
    end = after + len(items)
    return {
        "coupon_event_id": str(event.pk),
        "commitment": draw.commitment,
        "seed": seed,
        "entries_digest": draw.entries_digest,
        "entries": draw.entries,
        "items": items,
        "next": end if items and end < (draw.entries or 0) else None,
    }


def _entries_of(draw: Draw, after: int, limit: int) -> list[str]:
    first, last = after // ENTRIES_A_ROW + 1, (after + limit - 1) // ENTRIES_A_ROW + 1
    rows = DrawPage.objects.filter(event_id=draw.pk, page__range=(first, last)).order_by("page")
    entries = [entry for row in rows for entry in row.unpacked()]
    skipped = after - (first - 1) * ENTRIES_A_ROW
    return entries[skipped : skipped + limit]


def audit_of(*, event_id: UUID) -> QuerySet[AuditEntry]:
    """What operators did to one event. Raises UnknownCouponEvent."""
    event = coupon_event_for(event_id=event_id, sees_drafts=True)
    return event.audit.select_related("operator")


def coupons_of(*, customer_id: int) -> QuerySet[Coupon]:
    return Coupon.objects.filter(customer_id=customer_id).select_related("event")


def drop_in_mysql(*, event_id: UUID) -> dict[str, Any]:
    """Everything that was issued in one event, in the order of serials, for whoever checks it against the rest."""
    event = coupon_event_for(event_id=event_id, sees_drafts=True)
    coupons = event.coupons.order_by("serial").values_list("pk", "serial", "number", "customer_id", "claim_id")
    return {
        "coupon_event_id": str(event.pk),
        "title": event.title,
        "quantity": event.quantity,
        "state": event.state,
        "revision": event.revision,
        "coupons": [
            {"coupon_id": str(pk), "serial": serial, "number": number, "customer_id": customer, "claim_id": claim}
            for pk, serial, number, customer, claim in coupons.iterator(chunk_size=5_000)
        ],
    }
