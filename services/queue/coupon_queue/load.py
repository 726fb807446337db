"""How much of what one instance carries is taken: what an autoscaler keeps at its mark (docs/capacity.md)."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

from coupon_queue.settings import Settings

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
# Two scrapes closer together than this share one rate.
_RATE_SECONDS = 1.0


class Load:
    """`joins` counts up for ever; its rate is that between two looks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._seen = (time.monotonic(), 0.0)
        self._rate = 0.0

    def shares(self, *, streams: int, joins: float, now: float) -> Mapping[str, float]:
        """By resource; 1 is all that one instance carries. `now` is a monotonic clock, in seconds."""
        settings = self._settings
        before, joins_before = self._seen
        if now - before >= _RATE_SECONDS:
            self._rate = (joins - joins_before) / (now - before)
            self._seen = (now, joins)
        return {
            "streams": streams / settings.capacity_streams,
            "joins": self._rate / settings.capacity_joins_per_second,
            "memory": resident_bytes() / settings.capacity_memory_bytes,
        }


def resident_bytes() -> int:
    """Of this process."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES
