"""What happened in one drop, as frozen records. Times are seconds on one monotonic clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from tests.harness.histories.drop import CouponRow, FinalWord


class Outcome(Enum):
    OK = "ok"
    FAIL = "fail"
    UNKNOWN = "unknown"
    """No answer, or one that does not say whether it was done: a reader of the history must allow for both."""


@dataclass(frozen=True)
class Operation:
    """One request that asks for a change. `number` is the place that an `ok` acknowledged."""

    customer: int
    began: float
    ended: float
    outcome: Outcome
    number: int | None = None
    code: str | None = None


@dataclass(frozen=True)
class PlaceSeen:
    """A `place` on a customer's stream. `instance` is the queue that the stream came from."""

    at: float
    customer: int
    number: int
    state: str
    instance: int


@dataclass(frozen=True)
class FrameCounts:
    at: float
    state: str
    serving: int
    admitted: int


@dataclass(frozen=True)
class Claim:
    """One record of `coupon-claims`, in the order of the log."""

    customer: int
    number: int
    serial: int


@dataclass(frozen=True)
class History:
    quantity: int
    customers: frozenset[int]
    operations: tuple[Operation, ...] = ()
    places: tuple[PlaceSeen, ...] = ()
    final_words: tuple[FinalWord, ...] = ()
    frames: tuple[FrameCounts, ...] = ()
    claims: tuple[Claim, ...] = ()
    rows: tuple[CouponRow, ...] = ()
    issued_by_line: int = 0
    injected_at: float = 0.0
    orphaned: frozenset[int] = field(default_factory=frozenset)
    """Customers whose stream the fault cut and who come back at once."""
    entries: Mapping[int, str] = field(default_factory=dict)
    """Of a lottery: customer → the entry of the registration that was acknowledged."""
    draw: Mapping[str, Any] = field(default_factory=dict)
    """Of a lottery: what its public draw says."""
