"""How often one account may ask to join."""

from __future__ import annotations

import contextlib

import pytest

from coupon_queue.callers.caller import JoinRate
from salon_contracts.http.problem import RateLimited

pytestmark = pytest.mark.unit


def test_an_account_that_asks_too_often_waits_and_others_do_not() -> None:
    rate = JoinRate(limit=2, seconds=10)
    for now in (0.0, 1.0):
        rate.count(1, now=now)

    with pytest.raises(RateLimited) as refusal:
        rate.count(1, now=2.0)
    rate.count(2, now=2.0)
    rate.count(1, now=2.0 + (refusal.value.retry_after_seconds or 0))

    assert refusal.value.retry_after_seconds == 3  # one join comes back every five seconds


def test_who_never_stops_asking_gets_so_many_at_once_and_then_so_many_in_the_seconds() -> None:
    rate = JoinRate(limit=20, seconds=10)
    joined_at = []

    for hundredth in range(3_001):
        with contextlib.suppress(RateLimited):
            rate.count(1, now=hundredth / 100)
            joined_at.append(hundredth / 100)

    assert len([at for at in joined_at if at < 0.3]) == 20
    assert len([at for at in joined_at if 10 < at <= 20]) == 20
    assert len([at for at in joined_at if 20 < at <= 30]) == 20
