"""How long a socket is borne that sends what is no frame."""

from __future__ import annotations

import time
from typing import ClassVar

from salon_contracts.http.chat_frames import CloseCode

GARBAGE_ALLOWED = 20
GARBAGE_FORGIVEN_EVERY_SECONDS = 3.0


class GarbageLimit:
    """How much garbage one socket may send: some at once, and then one every few seconds."""

    closes_with: ClassVar[CloseCode] = CloseCode.TOO_MUCH_GARBAGE

    def __init__(self) -> None:
        self._left = float(GARBAGE_ALLOWED)
        self._at = time.monotonic()

    def is_over(self) -> bool:
        """Count one more piece of garbage."""
        now = time.monotonic()
        self._left = min(GARBAGE_ALLOWED, self._left + (now - self._at) / GARBAGE_FORGIVEN_EVERY_SECONDS) - 1
        self._at = now
        return self._left < 0
