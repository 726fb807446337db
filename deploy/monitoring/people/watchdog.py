"""An alert that always fires must keep arriving: its absence is the one thing that the alerting cannot say itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from deploy.messages.message import Level, Message

# It comes every half minute; three in a row may be lost.
SILENT_SECONDS = 120.0
LOOK_SECONDS = 1.0


class Watchdog:
    def __init__(
        self,
        *,
        send: Callable[[Message], None],
        now: Callable[[], float] = time.monotonic,
        silent_seconds: float = SILENT_SECONDS,
    ) -> None:
        self._send = send
        self._now = now
        self._silent_seconds = silent_seconds
        self._barked_at = now()
        self._is_missed = False

    @property
    def age_seconds(self) -> float:
        return self._now() - self._barked_at

    def barked(self) -> None:
        self._barked_at = self._now()

    def run(self) -> None:
        """On a thread of its own, for ever."""
        while True:
            self.look()
            threading.Event().wait(LOOK_SECONDS)

    def look(self) -> None:
        """Write to people once when it is missed, and once when it is there again."""
        is_missed = self.age_seconds > self._silent_seconds
        if is_missed and not self._is_missed:
            self._send(_MISSED)
        elif self._is_missed and not is_missed:
            self._send(_BACK)
        self._is_missed = is_missed


_MISSED = Message(
    "Watchdog: nobody watches",
    "감시가 멈췄습니다: Prometheus나 Alertmanager가 응답하지 않습니다.\n"
    "Prometheus or Alertmanager is silent, so no alert would arrive.\ndocs/runbooks/Watchdog.md",
    Level.BAD,
)
_BACK = Message("Watchdog: watched again", "감시가 다시 동작합니다.\nAlerts arrive again.", Level.GOOD)
