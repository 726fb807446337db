"""The few Redis names that more than one service touches. Every other name belongs to one service."""

from __future__ import annotations

from uuid import UUID


def line_tag(coupon_event_id: UUID | str) -> str:
    """The prefix of every key of one coupon event's line. The braces keep them in one Redis Cluster slot."""
    return f"line:{{{coupon_event_id}}}"


def line_public_state(coupon_event_id: UUID | str) -> str:
    """A hash that queue writes once a tick and main may show: waiting, streams, issued, stock, serving, state."""
    return f"{line_tag(coupon_event_id)}:public"
