"""The operator's ceiling: at most so many people a second."""

from __future__ import annotations


class Pace:
    """A bucket that holds at most one second's worth. Without a ceiling it allows everything."""

    def __init__(self) -> None:
        self._ceiling: int | None = None
        self._allowance = 0.0
        self._filled_at = 0.0

    def allowed(self, *, ceiling_per_second: int | None, now: float) -> int | None:
        """How many may be served now; None for any number. `now` is a monotonic clock's seconds."""
        if ceiling_per_second is None:
            self._ceiling = None
            return None
        if self._ceiling != ceiling_per_second:
            self._ceiling, self._allowance, self._filled_at = ceiling_per_second, 1.0, now
        self._allowance += (now - self._filled_at) * ceiling_per_second
        self._allowance = min(self._allowance, float(ceiling_per_second))
        self._filled_at = now
        return int(self._allowance)

    def spend(self, people: int) -> None:
        self._allowance -= people
