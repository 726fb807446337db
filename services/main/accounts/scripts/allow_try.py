"""Wrapper of allow_try.lua."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from redis import Redis

from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__)


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
    limits = [number for counter in counters for number in counter[1:]]
    allowed, wait_ms = _SCRIPT.run(
        redis, keys=[counter.key for counter in counters], args=[forget_seconds * 1000, *limits]
    )
    return Allowed(bool(allowed), int(wait_ms))
