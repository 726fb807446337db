"""What happened in a race for one slot, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class BookingAttempt:
    """`code` is that of the refusal, in the one failure shape; `booking_id` that of a success."""

    customer: int
    status: int
    code: str | None
    booking_id: str | None


@dataclass(frozen=True)
class BookingSeen:
    """One booking of the slot, as somebody may see it over HTTP."""

    seen_by: int
    booking_id: str


@dataclass(frozen=True)
class BookingRow:
    booking_id: str
    customer: int


@dataclass(frozen=True)
class RaceHistory:
    """`rows` are MySQL's live bookings that overlap the slot for its groomer."""

    customers: tuple[int, ...]
    attempts: tuple[BookingAttempt, ...]
    seen: tuple[BookingSeen, ...]
    slot_offered_before: bool
    slot_offered_after: bool
    rows: tuple[BookingRow, ...]
