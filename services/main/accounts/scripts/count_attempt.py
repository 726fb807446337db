"""Wrapper of count_attempt.lua."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from redis import Redis

from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__)


class Attempts(NamedTuple):
    made: int
    window_ends_in_ms: int


def count_attempt(redis: Redis, *, kind: str, subject: str, window_seconds: int) -> Attempts:
    """`kind` is what is tried, `subject` who or at whom; its name is hashed, as e-mail addresses do not belong here."""
    count, left = _SCRIPT.run(redis, keys=[attempts_key(kind=kind, subject=subject)], args=[window_seconds * 1000])
    return Attempts(made=int(count), window_ends_in_ms=int(left))


def attempts_key(*, kind: str, subject: str) -> str:
    return f"attempts:{kind}:{hashlib.sha256(subject.encode()).hexdigest()[:32]}"
