"""What the history of bookings shows: whoever was told "booked" has the groomer's time, and has it alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from tests.faults.checkers.tries import Try, Window, acknowledged, longest_wait, unclear_refusals, unknown
from tests.faults.checkers.verdict import Verdict

TAKEN = "slot-taken"


@dataclass(frozen=True)
class BookingRow:
    """A booking in MySQL that was not cancelled."""

    booking_id: str
    customer: int
    groomer: int
    starts_at: datetime
    ends_at: datetime

    @property
    def wish(self) -> str:
        return wish_of(self.customer, self.groomer, self.starts_at)


def wish_of(customer: int, groomer: int, starts_at: datetime) -> str:
    return f"customer {customer}, groomer {groomer}, {starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


@dataclass(frozen=True)
class BookingHistory:
    """`rows` are all that these customers made during the play."""

    tries: Sequence[Try]
    rows: Sequence[BookingRow]


def judge_bookings(history: BookingHistory, *, windows: Sequence[Window]) -> Verdict:
    """Unavailable is the longest that one wish waited within `windows` for "booked" or "taken"."""
    return Verdict(
        acked=len(acknowledged(history.tries)),
        lost=tuple(_lost(history)),
        duplicated=tuple(_duplicated(history)),
        out_of_order=(),
        unknown=unknown(history.tries),
        unavailable_seconds=longest_wait(history.tries, windows),
        unclear=tuple(unclear_refusals(history.tries)),
    )


def _lost(history: BookingHistory) -> Iterator[str]:
    rows = {row.wish: row for row in history.rows}
    for wish, booking_id in acknowledged(history.tries).items():
        if wish not in rows or rows[wish].booking_id != booking_id:
            yield f"{wish} was acknowledged as {booking_id}, which MySQL has not"
    asked = {one.wish for one in history.tries}
    for wish in rows.keys() - asked:
        yield f"MySQL has a booking that nobody asked for: {wish}"
    had = {wish.partition(", ")[2] for wish in rows}
    for one in history.tries:
        if one.code == TAKEN and one.wish.partition(", ")[2] not in had:
            yield f"{one.wish} was refused as taken, and nobody has it"


def _duplicated(history: BookingHistory) -> Iterator[str]:
    by_groomer: dict[int, list[BookingRow]] = defaultdict(list)
    for row in history.rows:
        by_groomer[row.groomer].append(row)
    for groomer, rows in by_groomer.items():
        for one, other in pairwise(sorted(rows, key=lambda row: row.starts_at)):
            if other.starts_at < one.ends_at:
                yield f"groomer {groomer} has two bookings at {other.starts_at}: {one.booking_id}, {other.booking_id}"
    results: dict[str, set[str]] = defaultdict(set)
    for attempt in history.tries:
        if attempt.result is not None:
            results[attempt.wish].add(attempt.result)
    yield from (f"{wish} was acknowledged twice: {sorted(ids)}" for wish, ids in results.items() if len(ids) > 1)
