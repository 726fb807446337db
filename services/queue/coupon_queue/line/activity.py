"""What happened at this instance lately, by event: joins and refusals, for the operator's console."""

from __future__ import annotations

from collections import Counter, deque
from typing import NamedTuple
from uuid import UUID

RECENT_SECONDS = 60


class Happened(NamedTuple):
    """Since the last time it was asked, and of the last minute."""

    joins_per_second: float
    refusals: dict[str, int]


class _Lately:
    def __init__(self, now: float) -> None:
        self.joins = 0
        self.asked_at = now
        self.active_at = now
        self.refusals: deque[tuple[int, Counter[str]]] = deque(maxlen=RECENT_SECONDS)


class Activity:
    """`now` is a monotonic clock's seconds. Bounded: callers name known events only, and idle ones are forgotten."""

    def __init__(self) -> None:
        self._events: dict[UUID, _Lately] = {}

    def joined(self, event_id: UUID, *, now: float) -> None:
        self._of(event_id, now).joins += 1

    def refused(self, event_id: UUID, code: str, *, now: float) -> None:
        refusals = self._of(event_id, now).refusals
        if not refusals or refusals[-1][0] != int(now):
            refusals.append((int(now), Counter()))
        refusals[-1][1][code] += 1

    def events(self, *, now: float) -> list[UUID]:
        """Events at which something happened in the last minute."""
        for event_id in [known for known, lately in self._events.items() if now - lately.active_at > RECENT_SECONDS]:
            del self._events[event_id]
        return list(self._events)

    def take(self, event_id: UUID, *, now: float) -> Happened:
        lately = self._events.get(event_id)
        if lately is None:
            return Happened(0.0, {})
        # At least a second: the first join must not look like thousands.
        rate = lately.joins / max(1.0, now - lately.asked_at)
        lately.joins, lately.asked_at = 0, now
        recent = sum((counts for at, counts in lately.refusals if now - at <= RECENT_SECONDS), Counter[str]())
        return Happened(rate, dict(recent))

    def _of(self, event_id: UUID, now: float) -> _Lately:
        lately = self._events.get(event_id)
        if lately is None:
            lately = self._events[event_id] = _Lately(now)
        lately.active_at = now
        return lately
