"""Wrapper of count_attempt.lua."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from redis import Redis

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


class Attempts(NamedTuple):
    made: int
    window_ends_in_ms: int


def count_attempt(redis: Redis, *, kind: str, subject: str, window_seconds: int) -> Attempts:
    """`kind` is what is tried, `subject` who or at whom; its name is hashed, as e-mail addresses do not belong here."""
    count, left = redis.eval(_SCRIPT, 1, attempts_key(kind=kind, subject=subject), str(window_seconds * 1000))
    return Attempts(made=int(count), window_ends_in_ms=int(left))


def attempts_key(*, kind: str, subject: str) -> str:
    return f"attempts:{kind}:{hashlib.sha256(subject.encode()).hexdigest()[:32]}"
