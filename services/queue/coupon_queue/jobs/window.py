"""How many claims may be in flight: what main sustains, found by additive increase, multiplicative decrease."""

from __future__ import annotations


class Window:
    """Grows while main answers in time, halves when it does not (Chiu and Jain, 1989; TCP's slow start).

    It doubles each round until the first slow answer, then grows by one each round. A round is as many
    answers as the window is wide, and the window halves at most once in a round.
    """

    def __init__(self, *, first: int, largest: int, target_seconds: float) -> None:
        self._size = float(first)
        self._largest = largest
        self._target_seconds = target_seconds
        self._starting = True
        self._answers_until_next_cut = 0

    @property
    def size(self) -> int:
        return max(1, int(self._size))

    def answered(self, seconds: float) -> None:
        """Main answered one claim after this many seconds."""
        self._answers_until_next_cut = max(0, self._answers_until_next_cut - 1)
        if seconds <= self._target_seconds:
            self._size = min(float(self._largest), self._size + (1.0 if self._starting else 1.0 / self._size))
        elif self._answers_until_next_cut == 0:
            self._starting = False
            self._size = max(1.0, self._size / 2)
            self._answers_until_next_cut = self.size
