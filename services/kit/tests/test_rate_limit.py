"""One limiter in each process: so many at once, for long so many a second, whoever asks and however."""

from __future__ import annotations

import math
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salon_kit.rate_limit import RateLimiter

pytestmark = pytest.mark.unit

FEW_OF_MANY = 1e-4  # in tokens: what floats round, at these rates
RATES = st.sampled_from([(1.0, 0.3), (10.0, 5.0), (20.0, 2.0), (800.0, 50.0)])
TRIES = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", "cho"]),
        st.one_of(st.just(0.0), st.floats(0.0, 0.5), st.floats(0.0, 60.0)),
        st.floats(0.1, 1.0),
    ),
    max_size=120,
)
STARTS = st.floats(0.0, 1e7)


class Bucket:
    """The textbook: a bucket of tokens that fills up again."""

    def __init__(self, burst: float, per_second: float, now: float) -> None:
        self.burst, self.per_second, self.tokens, self.at = burst, per_second, burst, now

    def missing(self, cost: float, *, now: float) -> float:
        """How many tokens too few there are. Takes `cost` if none."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        return cost - self.tokens


@given(rate=RATES, start=STARTS, tries=TRIES)
def test_it_decides_as_a_bucket_for_each_key_would_and_tells_exactly_how_long_to_wait(
    rate: tuple[float, float], start: float, tries: list[tuple[str, float, float]]
) -> None:
    burst, per_second = rate
    limiter = RateLimiter[str](burst=burst, per_second=per_second, keys_max=10)
    buckets = {key: Bucket(burst, per_second, start) for key in ("ann", "bob", "cho")}

    now = start
    for key, pause, cost in tries:
        now += pause
        missing = buckets[key].missing(cost, now=now)
        wait = limiter.take(key, cost, now=now)
        if abs(missing) > FEW_OF_MANY:
            assert (wait == 0.0) == (missing <= 0)
        if wait == 0.0:
            buckets[key].tokens -= cost
        else:
            assert math.isclose(wait * per_second, missing, abs_tol=FEW_OF_MANY)


@given(rate=RATES, start=STARTS, tries=TRIES)
def test_in_no_time_is_more_done_than_the_burst_and_the_rate(
    rate: tuple[float, float], start: float, tries: list[tuple[str, float, float]]
) -> None:
    burst, per_second = rate
    limiter = RateLimiter[str](burst=burst, per_second=per_second, keys_max=10)
    times = [*accumulate((pause for _, pause, _ in tries), initial=start)][1:]

    done = [
        (now, cost) for now, (_, _, cost) in zip(times, tries, strict=True) if not limiter.take("ann", cost, now=now)
    ]

    for first, (began, _) in enumerate(done):
        for ended, total in accumulate(done[first:], lambda sum_, next_: (next_[0], sum_[1] + next_[1])):
            assert total <= burst + per_second * (ended - began) + FEW_OF_MANY


@given(rate=RATES, start=STARTS, paces=st.lists(st.floats(1.0, 5.0), min_size=1, max_size=200))
def test_who_stays_below_the_rate_is_never_refused(rate: tuple[float, float], start: float, paces: list[float]) -> None:
    burst, per_second = rate
    limiter = RateLimiter[str](burst=burst, per_second=per_second, keys_max=10)
    times = [*accumulate((pace / per_second for pace in paces), initial=start)]

    assert not any(limiter.take("ann", now=now) for now in times)


@given(rate=RATES, start=STARTS)
def test_who_waits_as_long_as_he_was_told_is_not_refused_and_who_comes_sooner_is(
    rate: tuple[float, float], start: float
) -> None:
    burst, per_second = rate
    limiter = RateLimiter[str](burst=burst, per_second=per_second, keys_max=10)
    for _ in range(int(burst)):
        assert limiter.take("ann", now=start) == 0.0

    wait = limiter.take("ann", now=start)

    assert limiter.take("ann", now=start + wait * 0.99) > 0.0
    assert limiter.take("ann", now=start + wait) == 0.0


def test_credit_is_given_below_nothing_and_paid_back_before_anything_else() -> None:
    limiter = RateLimiter[str](burst=2, per_second=1, keys_max=10)

    taken = [limiter.take("ann", now=0.0, credit=2) for _ in range(5)]

    assert taken == [0.0, 0.0, 0.0, 0.0, 1.0]
    assert limiter.take("ann", now=0.0) == 3.0


def test_keys_that_are_quiet_leave_nothing_behind() -> None:
    limiter = RateLimiter[int](burst=10, per_second=5, keys_max=100_000)

    for key in range(10_000):
        limiter.take(key, now=key / 10)

    assert len(limiter) <= 5


def test_of_more_keys_than_it_may_keep_the_one_that_was_quiet_for_the_longest_goes() -> None:
    limiter = RateLimiter[int](burst=1, per_second=0.001, keys_max=3)
    for key in (1, 2, 3, 1, 4):
        limiter.take(key, now=0.0)

    assert len(limiter) == 3
    assert [limiter.take(key, now=0.0) > 0 for key in (1, 3, 4)] == [True, True, True]
    assert limiter.take(2, now=0.0) == 0.0


@given(rate=RATES, start=STARTS, tries=TRIES)
def test_who_waits_as_long_as_reserved_keeps_within_the_rate(
    rate: tuple[float, float], start: float, tries: list[tuple[str, float, float]]
) -> None:
    burst, per_second = rate
    limiter = RateLimiter[str](burst=burst, per_second=per_second, keys_max=1_000)
    owed: dict[str, tuple[float, float]] = {}
    now = start

    for key, passed, cost in tries:
        now += passed
        debt, at = owed.get(key, (0.0, now))
        debt = max(0.0, debt - (now - at) * per_second) + cost
        owed[key] = (debt, now)

        wait = limiter.reserve(key, cost, now=now)

        assert wait * per_second == pytest.approx(max(0.0, debt - burst), abs=FEW_OF_MANY)
