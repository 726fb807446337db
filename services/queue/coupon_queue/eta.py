"""When a person's turn will come, as a band."""

from __future__ import annotations

import math
from typing import TypedDict

_SLOWEST_RATE = 0.01


class Eta(TypedDict):
    low_seconds: int
    high_seconds: int


def eta_of(*, ahead: int | None, rate: float) -> Eta | None:
    """From the people ahead and the people served per second lately; None while nobody can say."""
    if ahead is None or rate <= _SLOWEST_RATE:
        return None
    seconds = (ahead + 1) / rate
    return Eta(low_seconds=math.floor(seconds * 0.7), high_seconds=math.ceil(seconds * 1.5) + 1)
