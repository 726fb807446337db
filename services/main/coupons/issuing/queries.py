"""What was issued: to one customer, and in one event."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from coupons.events.queries import coupon_event_for
from coupons.models import Coupon


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
