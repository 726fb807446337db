"""Whether this process may take traffic."""

from __future__ import annotations

import threading

_turned_away = threading.Event()


def turn_away() -> None:
    """From now on /readyz says no: the process is about to stop."""
    _turned_away.set()


def is_turning_away() -> bool:
    return _turned_away.is_set()
