"""How many claims may be in flight: what main sustains, found by additive increase, multiplicative decrease."""

from __future__ import annotations


class Window:
    """Grows while main answers in time, halves when it does not (Chiu and Jain, 1989; TCP's slow start).

    It doubles each round until the first slow answer, then grows by one each round. A round is as many
    answers as the window is wide. It halves at most once for all claims that were under way at the same time:
    one slow transaction of main's says one thing, however many answers are in it.
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
            self._answers_until_next_cut = self.size  # as many may be under way from before this cut
            self._size = max(1.0, self._size / 2)
