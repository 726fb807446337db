"""What a few people in the line were told of their turn, and whether it came so."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from coupon_queue.eta import EtaPerPlace, eta_of
from coupon_queue.leader.eta.spread import EtaSpread, Outcome
from coupon_queue.scripts import EtaUpdate, Sample, Spread

# Three a frame. While so many are open no more are taken, so what this costs does not depend on the line.
_OPEN_MAX = 128


class _Promise(NamedTuple):
    number: int
    low_at: float
    high_at: float


class EtaPromises:
    """`now` is a monotonic clock's seconds. A turn has come when `serving` reaches the number: departures before it
    are in that by themselves. Who is still waiting when the band ends is late already.
    """

    def __init__(self) -> None:
        self._spread = EtaSpread(Spread())
        self._open: list[_Promise] = []
        self._checked = 0
        self._inside = 0

    def adopt(self, spread: Spread) -> None:
        """Go on from what the leader before this one had learned."""
        self._spread = EtaSpread(spread)

    def made(self, samples: Iterable[Sample], per_place: EtaPerPlace | None, *, now: float) -> None:
        for number, ahead in samples:
            eta = eta_of(ahead=ahead, per_place=per_place)
            if eta is not None and len(self._open) < _OPEN_MAX:
                self._open.append(_Promise(number, now + eta["low_seconds"], now + eta["high_seconds"]))

    def check(self, *, serving: int, now: float) -> None:
        still_open = []
        for promise in self._open:
            if promise.number > serving and now <= promise.high_at:
                still_open.append(promise)
            else:
                self._count(_outcome(promise, now))
        self._open = still_open

    def forget(self) -> None:
        """The line was paused or is over: what was promised before says nothing about the band."""
        self._open.clear()

    def take_update(self) -> EtaUpdate:
        """What was learned since the last time."""
        update = EtaUpdate(self._spread.spread, self._checked, self._inside)
        self._checked = self._inside = 0
        return update

    def _count(self, outcome: Outcome) -> None:
        self._spread.learn(outcome)
        self._checked += 1
        self._inside += outcome is Outcome.INSIDE


def _outcome(promise: _Promise, now: float) -> Outcome:
    if now < promise.low_at:
        return Outcome.EARLY
    return Outcome.INSIDE if now <= promise.high_at else Outcome.LATE
