"""A Redis that takes over has its own clock. What it keeps as a moment makes nobody wait as long as that is off."""

from __future__ import annotations

import time
from uuid import uuid4

import pytest

from accounts.scripts.allow_try import TryCounter, allow_try
from accounts.scripts.count_attempt import attempts_key, count_attempt
from serving.redis import shared_redis

HOUR_MS = 3_600_000
FIRST_WAIT_MS = 200


def _try_at(counter: str) -> tuple[bool, int]:
    limits = TryCounter(counter, free_tries=10, first_wait_ms=FIRST_WAIT_MS, longest_wait_ms=60_000)
    return allow_try(shared_redis(), counters=[limits], forget_seconds=60)


def _an_hour_ahead(*, tries: int) -> str:
    counter = f"tries:{{test}}:{uuid4()}"
    shared_redis().hset(counter, mapping={"tries": tries, "free_at": int(time.time() * 1000) + HOUR_MS})
    return counter


def test_who_has_free_tries_left_does_not_wait_for_a_clock_that_went_back() -> None:
    assert _try_at(_an_hour_ahead(tries=3)) == (True, 0)


def test_who_has_none_left_waits_as_long_as_after_that_try_and_then_may() -> None:
    counter = _an_hour_ahead(tries=10)

    allowed, wait_ms = _try_at(counter)

    assert (allowed, 0 < wait_ms <= FIRST_WAIT_MS) == (False, True)
    time.sleep((wait_ms + 1) / 1000)
    assert _try_at(counter) == (True, 0)


@pytest.mark.parametrize("left_ms", [HOUR_MS, 500])
def test_a_window_of_attempts_is_never_longer_than_it_is(left_ms: int) -> None:
    redis, subject = shared_redis(), str(uuid4())
    key = attempts_key(kind="test", subject=subject)
    redis.set(key, 5, px=left_ms)

    attempts = count_attempt(redis, kind="test", subject=subject, window_seconds=1)

    assert attempts.made == 6
    assert 0 < attempts.window_ends_in_ms <= min(left_ms, 1000)
