"""A promise under a fault, the time in which the line must go on, and the guard that its control takes away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.faults.checkers.verdict import Verdict

Play = Callable[[Any], Awaitable[Verdict]]
"""Takes the Ground, or None if the case needs none."""


@dataclass(frozen=True)
class Case:
    """`play` is the product as it is; `control` is the same with the guard taken away, and must be caught.

    None where a harder case of the same row has the control. Names are unique in a row.
    """

    row: str
    name: str
    promise: str
    guard: str
    play: Play
    control: Play | None
    unavailable_seconds_max: float
    # MySQL and Kafka that several cases share; None where a case starts a system of its own.
    needs_ground: bool = True
