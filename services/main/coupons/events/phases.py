"""What an event is to its readers at a moment: what the operator decided, what the clock says, and what was issued.

The line knows it to the second (`GET /queue/v1/events/{id}`). This is what main knows by itself, so that a list of
events needs no line.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Case, Count, Exists, OuterRef, QuerySet, TextChoices, When

from coupons.models import CouponEvent, RehearsedCoupon
from coupons.models.issue_log import IssueLink
from salon_contracts.events.coupons import LineOrder


class Phase(TextChoices):
    DRAFT = "draft", "작성 중"
    NOT_OPEN = "not-open", "시작 전"
    DRAWING = "drawing", "추첨 중"
    OPEN = "open", "진행 중"
    PAUSED = "paused", "일시 정지"
    SOLD_OUT = "sold-out", "소진"
    CLOSED = "closed", "마감"


def with_sold_out(events: QuerySet[CouponEvent]) -> QuerySet[CouponEvent]:
    """Knowing of each, as `is_sold_out`, whether all its coupons are issued: one look into an index, however many."""
    all_issued = IssueLink.objects.filter(event_id=OuterRef("pk"), sequence=OuterRef("quantity"))
    rehearsed = (
        RehearsedCoupon.objects.filter(event_id=OuterRef("pk"))
        .order_by()
        .values("event_id")
        .annotate(count=Count("pk"))
        .filter(count__gte=OuterRef("quantity"))
    )
    return events.annotate(is_sold_out=Case(When(rehearsal=True, then=Exists(rehearsed)), default=Exists(all_issued)))


def phase_of(event: CouponEvent, *, now: datetime) -> Phase:
    if event.state == CouponEvent.State.DRAFT:
        return Phase.DRAFT
    if _is_sold_out(event):
        return Phase.SOLD_OUT
    if event.state == CouponEvent.State.CLOSED or now >= event.closes_at:
        return Phase.CLOSED
    if now < event.opens_at:
        return Phase.NOT_OPEN
    if event.line_order == LineOrder.LOTTERY and not event.draw.is_revealed:
        return Phase.DRAWING
    return Phase.PAUSED if event.paused else Phase.OPEN


def _is_sold_out(event: CouponEvent) -> bool:
    """An event that no list gave is looked up by itself."""
    known: bool | None = getattr(event, "is_sold_out", None)
    if known is None:
        known = with_sold_out(CouponEvent.objects.filter(pk=event.pk)).get().__dict__["is_sold_out"]
    return bool(known)
