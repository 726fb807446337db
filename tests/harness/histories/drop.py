"""What happened in a coupon drop, as frozen records. Times are seconds on one monotonic clock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Joined:
    """A customer pressed the button and was given a number. `again` marks every time but the first."""

    at: float
    customer: int
    number: int
    again: bool = False


@dataclass(frozen=True)
class Left:
    """A customer gave the place up, and the line said so."""

    at: float
    customer: int
    number: int


@dataclass(frozen=True)
class FinalWord:
    """A final word on a customer's own stream. A customer with two devices is told twice, the same."""

    at: float
    customer: int
    state: str
    coupon_id: str | None = None
    serial: int | None = None


@dataclass(frozen=True)
class AskedAgain:
    """Pressing the button after the drop. `code` is that of the refusal."""

    customer: int
    status: int
    code: str | None


@dataclass(frozen=True)
class FrameSeen:
    """A frame as one stream got it; the same `seq` must come with the same `fingerprint` on every stream."""

    at: float
    seq: int
    fingerprint: str
    state: str
    serving: int
    admitted: int
    waiting: int
    stock_left: int
    departed: tuple[tuple[int, int], ...]
    returned: tuple[int, ...]


@dataclass(frozen=True)
class Sighting:
    """What one device worked out at one frame. `sum` is the bare arithmetic, which must never be below zero.

    `stream` numbers the connections of this customer: a reconnect or a second device begins a new one. `eta` is the
    band of seconds that the device showed, None if none.
    """

    customer: int
    number: int
    stream: int
    seq: int
    serving: int
    sum: int
    came_back_below: int = 0
    at: float = 0.0
    eta: tuple[int, int] | None = None


@dataclass(frozen=True)
class Called:
    """A customer's turn came: the place said `claimed`, and how many were ahead then."""

    customer: int
    number: int
    ahead: int
    at: float = 0.0


@dataclass(frozen=True)
class CouponRow:
    """One committed row of MySQL."""

    coupon_id: str
    customer: int
    serial: int
    number: int


@dataclass(frozen=True)
class LineCounters:
    """What the line itself says at the end: its public endpoint, and its own keys in Redis.

    `redis_issued` are the outcomes that the line keeps for each account, in the shape of MySQL's rows.
    """

    state: str
    issued: int
    stock_left: int
    redis_in_flight: int
    redis_issued: frozenset[CouponRow]


@dataclass(frozen=True)
class Reconciled:
    """What `make reconcile` says of the drop: each difference between MySQL, Kafka and Redis, and what was compared."""

    differences: tuple[str, ...]
    compared: str


@dataclass(frozen=True)
class DropHistory:
    quantity: int
    customers: frozenset[int]
    joined: tuple[Joined, ...]
    left: tuple[Left, ...]
    final_words: tuple[FinalWord, ...]
    asked_again: tuple[AskedAgain, ...]
    frames: tuple[FrameSeen, ...]
    sightings: tuple[Sighting, ...]
    called: tuple[Called, ...]
    rows: tuple[CouponRow, ...]
    counters: LineCounters
    reconciled: Reconciled
