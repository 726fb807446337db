"""How many frames an account may send to this process, over all of its sockets, whatever the frames are."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

# A device that comes back subscribes to all its rooms at once.
BURST = 800.0
PER_SECOND = 50.0
# Refused frames are owed too. Who owes this much does not listen to refusals.
MAX_DEBT = 50.0
# Buckets that are full again are nobody's state any more; they are looked for when so many more have come.
SWEEP_EVERY = 1_000


@dataclass
class _Bucket:
    tokens: float
    at: float


class FrameRates:
    """A token bucket by account. Only the event loop touches it; `now` is a monotonic clock."""

    def __init__(self, *, burst: float = BURST, per_second: float = PER_SECOND, max_debt: float = MAX_DEBT) -> None:
        self._burst = burst
        self._per_second = per_second
        self._max_debt = max_debt
        self._buckets: dict[int, _Bucket] = {}
        self._sweep_at = SWEEP_EVERY

    def __len__(self) -> int:
        return len(self._buckets)

    def meter_of(self, account_id: int, *, clock: Callable[[], float] = time.monotonic) -> FrameMeter:
        return FrameMeter(self, account_id, clock)

    def take(self, account_id: int, cost: float, *, now: float) -> Taken:
        bucket = self._bucket(account_id, now)
        bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)
        bucket.at = now
        may = bucket.tokens >= cost
        bucket.tokens -= cost if may else 1.0
        too_deep = bucket.tokens < -self._max_debt
        bucket.tokens = max(bucket.tokens, -self._max_debt)
        wait = 0 if may else max(1, math.ceil((cost - bucket.tokens) / self._per_second))
        return Taken(wait_seconds=wait, is_too_deep=too_deep)

    def _bucket(self, account_id: int, now: float) -> _Bucket:
        if account_id not in self._buckets:
            if len(self._buckets) >= self._sweep_at:
                self._sweep(now)
            self._buckets[account_id] = _Bucket(self._burst, now)
        return self._buckets[account_id]

    def _sweep(self, now: float) -> None:
        full_again = [
            account_id
            for account_id, bucket in self._buckets.items()
            if bucket.tokens + (now - bucket.at) * self._per_second >= self._burst
        ]
        for account_id in full_again:
            del self._buckets[account_id]
        self._sweep_at = len(self._buckets) + SWEEP_EVERY


@dataclass(frozen=True)
class Taken:
    """`wait_seconds` is 0 when the frame may be handled. `is_too_deep`: refusing has not helped."""

    wait_seconds: int
    is_too_deep: bool


@dataclass(frozen=True)
class FrameMeter:
    """The bucket of one account, in the hand of one of its sockets."""

    rates: FrameRates
    account_id: int
    clock: Callable[[], float]

    def take(self, cost: float) -> Taken:
        return self.rates.take(self.account_id, cost, now=self.clock())


frame_rates = FrameRates()
