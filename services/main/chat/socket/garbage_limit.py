"""How long a socket is borne that sends what is no frame."""

from __future__ import annotations

import time
from typing import ClassVar

from salon_contracts.http.chat_frames import CloseCode
from salon_kit.rate_limit import RateLimiter

GARBAGE_ALLOWED = 20
GARBAGE_FORGIVEN_EVERY_SECONDS = 3.0


# More sockets than one process holds.
SOCKETS_MAX = 100_000


class GarbageLimit:
    """How much garbage one socket may send: some at once, and then one every few seconds."""

    closes_with: ClassVar[CloseCode] = CloseCode.TOO_MUCH_GARBAGE
    # Of all sockets: most never send any, and cost nothing here.
    _limiter: ClassVar[RateLimiter[GarbageLimit]] = RateLimiter(
        burst=GARBAGE_ALLOWED, per_second=1 / GARBAGE_FORGIVEN_EVERY_SECONDS, keys_max=SOCKETS_MAX
    )

    def is_over(self) -> bool:
        """Count one more piece of garbage."""
        return self._limiter.take(self, now=time.monotonic()) > 0
