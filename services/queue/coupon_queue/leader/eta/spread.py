"""How wide the band of the ETA has to be, learned from how it turned out."""

from __future__ import annotations

import enum
import math

from coupon_queue.scripts import Spread

TARGET = 0.85
_STEP = 0.05
# Of the logarithm: a band is never narrower than 1 % to each side, nor wider than twenty times.
_NARROWEST, _WIDEST = 0.01, 3.0


class Outcome(enum.Enum):
    EARLY = "early"
    INSIDE = "inside"
    LATE = "late"


class EtaSpread:
    """Adaptive conformal inference (Gibbs and Candès, 2021), once for each end of the band.

    A truth beyond an end moves that end out by a large step, any other truth moves it in by a small one. They cancel
    out when each end misses half of what the target allows, whatever the drain is like and however it changes.
    """

    def __init__(self, spread: Spread) -> None:
        self._low = -math.log(spread.low)
        self._high = math.log(spread.high)

    @property
    def spread(self) -> Spread:
        return Spread(math.exp(-self._low), math.exp(self._high))

    def learn(self, outcome: Outcome) -> None:
        self._low = _moved(self._low, missed=outcome is Outcome.EARLY)
        self._high = _moved(self._high, missed=outcome is Outcome.LATE)


def _moved(end: float, *, missed: bool) -> float:
    allowed = (1 - TARGET) / 2
    return min(_WIDEST, max(_NARROWEST, end + _STEP * (missed - allowed)))
