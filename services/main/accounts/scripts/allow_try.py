"""Wrapper of allow_try.lua."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from redis import Redis

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


class TryCounter(NamedTuple):
    key: str
    free_tries: int
    first_wait_ms: int
    longest_wait_ms: int


class Allowed(NamedTuple):
    is_allowed: bool
    wait_ms: int


def allow_try(redis: Redis, *, counters: Sequence[TryCounter], forget_seconds: int) -> Allowed:
    """The keys of one try lie in one slot: they are all of one account (see `limits`)."""
    limits = [str(number) for counter in counters for number in counter[1:]]
    allowed, wait_ms = redis.eval(
        _SCRIPT, len(counters), *(counter.key for counter in counters), str(forget_seconds * 1000), *limits
    )
    return Allowed(bool(allowed), int(wait_ms))
