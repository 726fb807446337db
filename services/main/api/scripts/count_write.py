"""Wrapper of count_write.lua, and the question what it left."""

from __future__ import annotations

from pathlib import Path

from redis import Redis

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


def count_write(redis: Redis, *, account_id: int, per_minute: int, at_once: int, remembered_seconds: int) -> int:
    """Milliseconds until this account may write; 0 when it may, and then the write is counted and remembered."""
    arguments = (60_000 / per_minute, at_once, remembered_seconds * 1_000)
    return int(redis.eval(_SCRIPT, 1, _key(account_id), *map(str, arguments)))


def is_remembered(redis: Redis, *, account_id: int) -> bool:
    """Whether this account has written within the seconds for which writes are remembered."""
    return bool(redis.exists(_key(account_id)))


def _key(account_id: int) -> str:
    return f"writes:{account_id}"
