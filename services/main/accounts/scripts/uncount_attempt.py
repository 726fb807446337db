"""Wrapper of uncount_attempt.lua."""

from __future__ import annotations

from pathlib import Path

from redis import Redis

from accounts.scripts.count_attempt import attempts_key

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


def uncount_attempt(redis: Redis, *, kind: str, subject: str) -> None:
    redis.eval(_SCRIPT, 1, attempts_key(kind=kind, subject=subject))
