"""An account's frames are counted over all of its sockets; who does not listen to refusals is closed."""

from __future__ import annotations

import pytest

from serving.sockets.frame_rate import AT_ONCE, LONGEST_PAUSE_SECONDS, PACE_PER_SECOND, FrameRates

pytestmark = pytest.mark.unit

AT_ONCE_FRAMES = int(AT_ONCE)


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


def test_what_is_more_than_a_little_at_once_is_taken_in_at_a_pace() -> None:
    rates = FrameRates()

    pauses = [rates.take(1, 1, now=100.0).pause_seconds for _ in range(AT_ONCE_FRAMES + 30)]
    later = rates.take(1, 1, now=101.0).pause_seconds

    assert pauses[:AT_ONCE_FRAMES] == [0.0] * AT_ONCE_FRAMES
    assert pauses[-1] == pytest.approx(30 / PACE_PER_SECOND)
    assert later == 0.0


def test_nobody_is_paused_for_so_long_that_a_client_would_take_the_connection_for_dead() -> None:
    rates = FrameRates()

    for _ in range(30):  # rooms, each with as many missed messages as are ever given
        pause = rates.pause_for(1, 750, now=100.0)

    assert pause == pytest.approx(LONGEST_PAUSE_SECONDS)
    assert rates.pause_for(1, 1, now=100.0 + LONGEST_PAUSE_SECONDS + 1) == 0.0


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
