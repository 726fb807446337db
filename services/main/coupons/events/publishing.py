"""What everybody hears of an event, with each of its revisions."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from coupons.models import CouponEvent
from coupons.models.draw import Draw
from outbox.services import record
from salon_contracts.events.coupons import CouponEventChangedV1, EventState, LineOrder, OperatorMessage
from salon_contracts.events.coupons import Draw as PublishedDraw
from salon_kit.tracing import bound_trace_id


def announce(event: CouponEvent) -> CouponEvent:
    """In the transaction of the change. The seed of a draw is told once it is revealed, and not before."""
    has_message = bool(event.message_ko or event.message_en)
    line_order = LineOrder(event.line_order)
    record(
        CouponEventChangedV1(
            coupon_event_id=event.pk,
            revision=event.revision,
            state=EventState(event.state),
            title=event.title,
            quantity=event.quantity,
            opens_at=event.opens_at,
            closes_at=event.closes_at,
            max_waiting=event.max_waiting,
            line_order=line_order,
            paused=event.paused,
            pace_ceiling_per_second=event.pace_ceiling_per_second,
            message=OperatorMessage(ko=event.message_ko, en=event.message_en) if has_message else None,
            rehearsal=event.rehearsal,
            draw=_published_draw(event.draw) if line_order == LineOrder.LOTTERY else None,
            needs_confirmed_email=event.needs_confirmed_email,
            needs_account_before=event.needs_account_before,
            needs_dog=event.needs_dog,
            trace_id=bound_trace_id(),
        )
    )
    return event


def _published_draw(draw: Draw) -> PublishedDraw:
    if not draw.is_revealed:
        return PublishedDraw(commitment=draw.commitment)
    return PublishedDraw(
        commitment=draw.commitment, entries_digest=draw.entries_digest, entries=draw.entries, seed=draw.seed
    )


def announce_again(*, event_id: UUID, now: datetime) -> None:
    """For a log that has lost it. No act of an operator: nothing about the event changes but its revision."""
    with transaction.atomic(durable=True):
        event = CouponEvent.objects.select_for_update().get(pk=event_id)
        event.revision += 1
        event.changed_at = now
        event.save(update_fields=["revision", "changed_at"])
        announce(event)
