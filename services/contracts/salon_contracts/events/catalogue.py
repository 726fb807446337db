"""Every event class that is published, in one list."""

from __future__ import annotations

from salon_contracts.events.bookings import ON_BOOKINGS
from salon_contracts.events.chat import ON_CHAT_MESSAGES
from salon_contracts.events.coupons import ON_COUPON_CLAIMS, ON_COUPON_DRAWS, ON_COUPON_EVENTS, ON_COUPONS
from salon_contracts.events.envelope import Event
from salon_contracts.events.notifications import ON_NOTIFICATIONS

ALL_EVENTS: tuple[type[Event], ...] = (
    *ON_COUPON_EVENTS,
    *ON_COUPON_DRAWS,
    *ON_COUPON_CLAIMS,
    *ON_COUPONS,
    *ON_CHAT_MESSAGES,
    *ON_BOOKINGS,
    *ON_NOTIFICATIONS,
)


def type_name(event_class: type[Event]) -> str:
    """The `type` that this class carries on the wire, e.g. "coupon.issued.v1"."""
    return str(event_class.model_fields["type"].default)
