"""What anyone may read of a draw."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from coupons.errors import NotALottery
from coupons.events.queries import coupon_event_for
from coupons.models.draw import ENTRIES_A_ROW, Draw, DrawPage
from salon_contracts.events.coupons import LineOrder


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
