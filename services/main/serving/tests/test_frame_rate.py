"""An account's frames are counted over all of its sockets; who does not listen to refusals is closed."""

from __future__ import annotations

import pytest

from serving.sockets.frame_rate import FrameRates

pytestmark = pytest.mark.unit


def test_a_burst_passes_then_so_many_a_second_and_the_refusal_says_when() -> None:
    rates = FrameRates(burst=10, per_second=5, max_debt=3)

    burst = [rates.take(1, 1, now=100.0).wait_seconds for _ in range(11)]
    after_a_second = [rates.take(1, 1, now=101.2).wait_seconds for _ in range(6)]

    assert burst == [0] * 10 + [1]
    assert after_a_second == [0] * 5 + [1]


def test_who_goes_on_regardless_is_too_deep_and_who_slows_down_is_not() -> None:
    rates = FrameRates(burst=10, per_second=5, max_debt=3)

    flooding = [rates.take(1, 1, now=100.0).is_too_deep for _ in range(14)]
    slow = [rates.take(2, 1, now=100.0 + n / 4).is_too_deep for n in range(200)]

    assert flooding == [False] * 13 + [True]
    assert not any(slow)


def test_one_account_does_not_use_up_anothers() -> None:
    rates = FrameRates(burst=10, per_second=5)
    for _ in range(100):
        rates.take(1, 1, now=100.0)

    assert rates.take(2, 1, now=100.0).wait_seconds == 0


def test_accounts_that_are_quiet_leave_nothing_behind() -> None:
    rates = FrameRates(burst=10, per_second=5)

    for account_id in range(10_000):
        rates.take(account_id, 1, now=account_id / 10)

    assert len(rates) <= 50
