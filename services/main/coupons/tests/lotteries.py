"""Lotteries to test with, and what the line would tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import uuid4

from django.utils import timezone

from api.callers.acting import By
from coupons.models import CouponEvent
from coupons.operating.services import publish
from coupons.tests.conftest import MakeEvent
from outbox.models import OutboxRow
from salon_contracts.events.coupons import CouponEventChangedV1, DrawEntriesShutV1, LineOrder
from salon_contracts.verify.draw import digest_of, entry_of


def published_lottery(make_event: MakeEvent) -> CouponEvent:
    draft = make_event(state=CouponEvent.State.DRAFT, line_order=LineOrder.LOTTERY)
    return publish(event_id=draft.pk, by=By(draft.created_by_id, timezone.now()))


def some_entries(count: int) -> list[str]:
    """Sorted, as the line tells them."""
    word = uuid4().hex
    return sorted(entry_of(f"ticket-{word}-{number}") for number in range(count))


def list_of(
    event: CouponEvent, entries: Iterable[str], *, pages: int = 1, digest: str | None = None
) -> list[DrawEntriesShutV1]:
    """The records that tell of one list, cut into so many pages, with its true digest unless said otherwise."""
    published = list(entries)
    size = -(-len(published) // pages) or 1
    return [
        DrawEntriesShutV1(
            coupon_event_id=event.pk,
            entries_digest=digest or digest_of(event_id=str(event.pk), entries=published),
            page=page,
            pages=pages,
            entries=tuple(published[(page - 1) * size : page * size]),
            trace_id="trace-of-shutting",
        )
        for page in range(1, pages + 1)
    ]


def published_of(event: CouponEvent) -> Sequence[CouponEventChangedV1]:
    """What everybody was told of the event, in order."""
    rows = OutboxRow.objects.filter(topic="coupon-events", key=str(event.pk)).order_by("pk")
    return [CouponEventChangedV1.from_bytes(bytes(row.value)) for row in rows]
