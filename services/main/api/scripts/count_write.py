"""Wrapper of count_write.lua."""

from __future__ import annotations

from pathlib import Path

from redis import Redis

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


def count_write(redis: Redis, *, account_id: int, per_minute: int, at_once: int) -> int:
    """Milliseconds until this account may write; 0 when it may, and then the write is counted."""
    return int(redis.eval(_SCRIPT, 1, f"writes:{account_id}", str(60_000 / per_minute), str(at_once)))
