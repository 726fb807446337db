"""How often something may be done: so many at once, and for long so many a second (GCRA), counted in this process."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)

# Who waits exactly as long as he was told is not refused because floats round.
_ROUNDING_SECONDS = 1e-6


class RateLimiter(Generic[K]):
    """For one thread. Kept for each key is only the moment until which what it did is paid for.

    A key whose moment is over is forgotten: it may do as much as one that never came. With more than `keys_max` that
    still owe, the one that was quiet for the longest is forgotten, and may do `burst` at once again.
    """

    def __init__(self, *, burst: float, per_second: float, keys_max: int) -> None:
        self._seconds_each = 1 / per_second
        self._burst_seconds = burst / per_second
        self._keys_max = keys_max
        self._paid_until: OrderedDict[K, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._paid_until)

    def take(self, key: K, cost: float = 1.0, *, now: float, credit: float = 0.0) -> float:
        """0 when it may be done, and then it is counted; otherwise the seconds after which it may.

        `now` is a monotonic clock's seconds, `cost` at most `burst`. With `credit` so much more than `burst` may be
        taken, which is paid for like everything else.
        """
        paid_until = self._paid_until.pop(key, now)
        after = (paid_until if paid_until > now else now) + cost * self._seconds_each
        wait = after - now - self._burst_seconds - credit * self._seconds_each
        may = wait <= _ROUNDING_SECONDS
        self._paid_until[key] = after if may else paid_until
        self._forget(now)
        return 0.0 if may else wait

    def reserve(self, key: K, cost: float = 1.0, *, now: float, longest_seconds: float = math.inf) -> float:
        """Count it in any case: the seconds after which it is its turn, 0 within `burst`.

        Nobody owes more than makes him wait `longest_seconds`.
        """
        after = max(self._paid_until.pop(key, now), now) + cost * self._seconds_each
        after = min(after, now + self._burst_seconds + longest_seconds)
        self._paid_until[key] = after
        self._forget(now)
        return max(0.0, after - now - self._burst_seconds)

    def _forget(self, now: float) -> None:
        """Two at most for each that comes: the number shrinks, and nobody waits for a sweep over all."""
        if len(self._paid_until) > self._keys_max:
            self._paid_until.popitem(last=False)
        for _ in range(2):
            oldest = next(iter(self._paid_until))
            if self._paid_until[oldest] > now:
                return
            del self._paid_until[oldest]
            if not self._paid_until:
                return
