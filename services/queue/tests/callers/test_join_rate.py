"""How often one account may ask to join."""

from __future__ import annotations

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
    rate.count(1, now=10.5)

    assert refusal.value.retry_after_seconds == 9
