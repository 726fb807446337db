"""Wrapper of count_write.lua, and the question what it left."""

from __future__ import annotations

from redis import Redis

from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__, with_rate_limit=True)


def count_write(redis: Redis, *, account_id: int, per_minute: int, at_once: int, remembered_seconds: int) -> int:
    """Milliseconds until this account may write; 0 when it may, and then the write is counted and remembered."""
    arguments = (60_000 / per_minute, at_once, remembered_seconds * 1_000)
    return int(_SCRIPT.run(redis, keys=[_key(account_id)], args=arguments))


def is_remembered(redis: Redis, *, account_id: int) -> bool:
    """Whether this account has written within the seconds for which writes are remembered."""
    return bool(redis.exists(_key(account_id)))


def _key(account_id: int) -> str:
    return f"writes:{account_id}"
