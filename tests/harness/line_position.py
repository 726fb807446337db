"""How many people stand before me: the arithmetic of the line (docs/api.md), for every client to copy.

The server never counts for one customer while the line moves. It says once, in the personal `place`, how many
stand before me; after that every shared `frame` says what changed for everybody, and I subtract for myself:

    ahead = place.ahead - (frame.admitted - place.admitted)
                        - |departed numbers below mine since the place|
                        + |returned numbers below mine since the place|

- `admitted` counts tickets served since the line began. As the line is served in number order, everyone who is
  admitted while I wait stood before me.
- `departed` are ranges of numbers that left without being served, in this frame; `returned` are numbers that had
  departed and took their place again.
- A frame whose `seq` is not above the place's is already part of the place: pass over it.
- Seconds until my turn: `ahead + 1` times what one place costs by the frame, as a band, rounded outwards.
- A hole in `seq` means that a change was missed: connect again, a fresh `place` comes.
- When `serving` has reached my number my turn has come and nobody is ahead, whatever the sum says: tickets behind
  mine may be admitted in the same step.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any


class FrameMissing(Exception):
    """A frame did not arrive. The sum cannot go on without a fresh place."""

    def __init__(self, *, expected: int, got: int) -> None:
        super().__init__(f"expected frame {expected}, got {got}")


@dataclass(frozen=True)
class Place:
    """What one customer is told about themselves."""

    seq: int
    number: int
    ahead: int
    admitted: int
    state: str
    coupon_id: str | None
    serial: int | None
    reason: str | None
    ticket: str | None = None  # for this number, instead of any older one; None once the final word is said

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Place:
        coupon = document.get("coupon") or {}
        return cls(
            seq=document["seq"],
            number=document["number"],
            ahead=document["ahead"] or 0,  # null once the final word is said, and before a lottery is drawn
            admitted=document["admitted"],
            state=document["state"],
            coupon_id=coupon.get("coupon_id"),
            serial=coupon.get("serial"),
            reason=document.get("reason"),
            ticket=document.get("ticket"),
        )

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES


FINAL_STATES = frozenset({"issued", "refused", "sold-out", "closed", "left"})


@dataclass(frozen=True)
class Frame:
    """What everybody in the line is told at once, in the same bytes."""

    seq: int
    state: str
    serving: int
    admitted: int
    waiting: int
    stock_left: int
    departed: tuple[tuple[int, int], ...]
    returned: tuple[int, ...]
    eta_per_place: tuple[float, float] | None = None

    @classmethod
    def parse(cls, document: dict[str, Any]) -> Frame:
        cost = document["eta_per_place"]
        return cls(
            seq=document["seq"],
            state=document["state"],
            serving=document["serving"],
            admitted=document["admitted"],
            waiting=document["waiting"],
            stock_left=document["stock_left"],
            departed=tuple((first, last) for first, last in document["departed"]),
            returned=tuple(document["returned"]),
            eta_per_place=(cost["low_seconds"], cost["high_seconds"]) if cost else None,
        )


@lru_cache(maxsize=256)
def frame_of(text: str) -> Frame:
    """Everybody gets the same bytes, so many in one process need read each frame only once."""
    return Frame.parse(json.loads(text))


class LinePosition:
    """My place in the line, kept up to date by the frames that everybody gets."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.seq = place.seq
        self._departed = 0
        self._returned = 0
        self.sum = place.ahead
        self._seconds_per_place: tuple[float, float] | None = None

    def on_frame(self, frame: Frame) -> bool:
        """Take one frame into the sum; False if the place already knew it. Raises FrameMissing at a hole."""
        if frame.seq <= self.seq:
            return False
        if frame.seq != self.seq + 1:
            raise FrameMissing(expected=self.seq + 1, got=frame.seq)
        self.seq = frame.seq
        self._departed += count_below(frame.departed, self.place.number)
        self._returned += sum(number < self.place.number for number in frame.returned)
        admitted = frame.admitted - self.place.admitted
        self.sum = self.place.ahead - admitted - self._departed + self._returned
        if frame.serving >= self.place.number:
            self.sum = 0
        self._seconds_per_place = frame.eta_per_place
        return True

    @property
    def ahead(self) -> int:
        """People ahead, fit to be shown: a sum below zero would be a fault, and is for checkers to see in `sum`."""
        return max(0, self.sum)

    @property
    def eta(self) -> tuple[int, int] | None:
        """The band of seconds in which my turn comes, by the newest frame; None while nobody can say."""
        if self.place.state != "waiting" or self._seconds_per_place is None:
            return None
        low, high = self._seconds_per_place
        return math.floor((self.ahead + 1) * low), math.ceil((self.ahead + 1) * high)


def count_below(ranges: Sequence[tuple[int, int]], number: int) -> int:
    """How many numbers below `number` lie in the ranges, ends included."""
    return sum(max(0, min(last, number - 1) - first + 1) for first, last in ranges)
