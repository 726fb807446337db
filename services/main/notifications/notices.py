"""What in an event is news, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from salon_contracts.events.bookings import (
    ON_BOOKINGS,
    BookingCancelledV1,
    BookingConfirmedV1,
    BookingEvent,
    BookingRescheduledV1,
)
from salon_contracts.events.coupons import ON_COUPONS, CouponIssuedV1, CouponRefusedV1, is_simulated
from salon_contracts.events.notifications import ON_NOTIFICATIONS, NotificationRequestedV1

NoticedEvent = CouponIssuedV1 | CouponRefusedV1 | BookingEvent | NotificationRequestedV1
KNOWN: tuple[type[NoticedEvent], ...] = (*ON_COUPONS, *ON_BOOKINGS, *ON_NOTIFICATIONS)


class Notice(NamedTuple):
    """The fields of a `Notification`. `facts` are what a page or a mail needs to put it into words."""

    recipient_id: int
    kind: str
    facts: dict[str, str]
    source_id: UUID
    wants_mail: bool = False


def notices_in(event: NoticedEvent) -> Iterator[Notice]:
    match event:
        case CouponIssuedV1(customer_id=customer) if is_simulated(customer):
            return  # a rehearsal: there is nobody to tell
        case CouponIssuedV1():
            yield _of_coupon(event)
        case BookingConfirmedV1():
            price = {} if event.price is None else {"price": str(event.price)}
            yield from _of_booking(event, kind="booking.confirmed", **price)
        case BookingRescheduledV1():
            yield from _of_booking(event, kind="booking.rescheduled", moved_from=event.moved_from.isoformat())
        case BookingCancelledV1():
            facts = {"cancelled_by": "customer" if event.cancelled_by == event.customer_id else "salon"}
            yield from _of_booking(event, kind="booking.cancelled", **facts)
        case NotificationRequestedV1():
            yield Notice(event.recipient_id, event.kind, event.facts, event.event_id, event.wants_mail)
        case CouponRefusedV1():
            # The line tells it to the one who waits there, and gives the unit to the next.
            return


def _of_coupon(event: CouponIssuedV1) -> Notice:
    facts = {
        "coupon_event_id": str(event.coupon_event_id),
        "coupon_id": str(event.coupon_id),
        "serial": str(event.serial),
    }
    # The coupon and not the event is the source: a claim that comes again is answered again, by a new event.
    return Notice(event.customer_id, "coupon.issued", facts, event.coupon_id)


def _of_booking(event: BookingEvent, *, kind: str, **more: str) -> Iterator[Notice]:
    facts = {
        "booking_id": str(event.booking_id),
        "salon_name": event.salon_name,
        "treatment_name": event.treatment_name,
        "starts_at": event.starts_at.isoformat(),
        **_for_calendars(event),
        **({"time_zone": event.time_zone} if event.time_zone else {}),
        **more,
    }
    language = {"language": event.language} if event.language else {}
    yield Notice(event.customer_id, kind, {**facts, **language, "as": "customer"}, event.event_id, wants_mail=True)
    if event.groomer_account_id != event.customer_id:
        yield Notice(event.groomer_account_id, kind, {**facts, "as": "groomer"}, event.event_id, wants_mail=True)


def _for_calendars(event: BookingEvent) -> dict[str, str]:
    """As far as the release that recorded it said so."""
    sequence = 0 if isinstance(event, BookingConfirmedV1) else event.sequence
    known = {
        "ends_at": None if event.ends_at is None else event.ends_at.isoformat(),
        "sequence": None if sequence is None else str(sequence),
        "salon_address": event.salon_address,
    }
    return {name: text for name, text in known.items() if text is not None}
