"""Wrapper of uncount_attempt.lua."""

from __future__ import annotations

from redis import Redis

from accounts.scripts.count_attempt import attempts_key
from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__)


def uncount_attempt(redis: Redis, *, kind: str, subject: str) -> None:
    _SCRIPT.run(redis, keys=[attempts_key(kind=kind, subject=subject)])
