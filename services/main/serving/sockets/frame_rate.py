"""How many frames an account may send to this process, over all of its sockets, whatever the frames are."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from salon_kit.rate_limit import RateLimiter

# A device that comes back subscribes to all its rooms at once.
BURST = 800.0
PER_SECOND = 50.0
# Refused frames are owed too. Who owes this much does not listen to refusals.
MAX_DEBT = 50.0
# Frames that are handled as soon as they are here; whoever sends more at once waits for the rest of them, so that one
# account's burst is never all that a process does. A ping costs some 90 microseconds.
AT_ONCE = 40.0
PACE_PER_SECOND = 300.0
# Well below what a client bears without an answer to its ping before it opens another connection.
LONGEST_PAUSE_SECONDS = 5.0
# More accounts than can be connected to one process.
ACCOUNTS_MAX = 100_000


class FrameRates:
    """Only the event loop touches it; `now` is a monotonic clock."""

    def __init__(self, *, burst: float = BURST, per_second: float = PER_SECOND, max_debt: float = MAX_DEBT) -> None:
        self._limiter = RateLimiter[int](burst=burst, per_second=per_second, keys_max=ACCOUNTS_MAX)
        self._pace = RateLimiter[int](burst=AT_ONCE, per_second=PACE_PER_SECOND, keys_max=ACCOUNTS_MAX)
        self._refusal_seconds = 1 / per_second
        self._max_debt = max_debt

    def __len__(self) -> int:
        return len(self._limiter)

    def meter_of(self, account_id: int, *, clock: Callable[[], float] = time.monotonic) -> FrameMeter:
        return FrameMeter(self, account_id, clock)

    def take(self, account_id: int, cost: float, *, now: float) -> Taken:
        pause = self.pause_for(account_id, cost, now=now)
        wait = self._limiter.take(account_id, cost, now=now)
        if not wait:
            return Taken(wait_seconds=0, is_too_deep=False, pause_seconds=pause)
        too_deep = self._limiter.take(account_id, now=now, credit=self._max_debt) > 0
        wait_seconds = math.ceil(wait + (0 if too_deep else self._refusal_seconds))
        return Taken(wait_seconds=wait_seconds, is_too_deep=too_deep, pause_seconds=pause)

    def pause_for(self, account_id: int, cost: float, *, now: float) -> float:
        """The seconds after which the account's next frame is to be taken in, 0 for most."""
        return self._pace.reserve(account_id, cost, now=now, longest_seconds=LONGEST_PAUSE_SECONDS)


@dataclass(frozen=True)
class Taken:
    """`wait_seconds` is 0 when the frame may be handled. `is_too_deep`: refusing has not helped.

    The next frame is to be taken in after `pause_seconds`, whether this one was refused or not.
    """

    wait_seconds: int
    is_too_deep: bool
    pause_seconds: float


@dataclass(frozen=True)
class FrameMeter:
    """The bucket of one account, in the hand of one of its sockets."""

    rates: FrameRates
    account_id: int
    clock: Callable[[], float]

    def take(self, cost: float) -> Taken:
        return self.rates.take(self.account_id, cost, now=self.clock())

    def pause_for(self, cost: float) -> float:
        return self.rates.pause_for(self.account_id, cost, now=self.clock())


frame_rates = FrameRates()
