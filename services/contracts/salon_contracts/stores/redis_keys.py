"""The few Redis names that more than one service touches. Every other name belongs to one service."""

from __future__ import annotations

from uuid import UUID


def line_tag(coupon_event_id: UUID | str) -> str:
    """The prefix of every key of one coupon event's line. The braces keep them in one Redis Cluster slot."""
    return f"line:{{{coupon_event_id}}}"


def line_public_state(coupon_event_id: UUID | str) -> str:
    """A hash that queue writes once a tick and main may show: waiting, streams, issued, stock, serving, state."""
    return f"{line_tag(coupon_event_id)}:public"


# Queue writes the following and main's `reconcile` reads them, to compare them with what it has issued.


def line_issued(coupon_event_id: UUID | str) -> str:
    """A hash: serial → account whose coupon main has committed, "?" where only that much is known."""
    return f"{line_tag(coupon_event_id)}:issued"


def line_outcomes(coupon_event_id: UUID | str) -> str:
    """A hash: account → what it was told, "issued <number> <serial> <coupon id>" or "refused <number> <reason>"."""
    return f"{line_tag(coupon_event_id)}:outcomes"


def line_in_flight(coupon_event_id: UUID | str) -> str:
    """A sorted set: ids of the claims that main has not answered yet, by the time they were taken."""
    return f"{line_tag(coupon_event_id)}:inflight"


def line_unsent_claims(coupon_event_id: UUID | str) -> str:
    """A stream: claims that Kafka has not acknowledged yet, with the field `claim_id`."""
    return f"{line_tag(coupon_event_id)}:claims"


def line_returned(coupon_event_id: UUID | str) -> str:
    """A list: serials that came back, for the next in line."""
    return f"{line_tag(coupon_event_id)}:returned"
