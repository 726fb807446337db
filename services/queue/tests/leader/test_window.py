"""How many claims may be under way at once: as many as main answers in time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coupon_queue.leader.window import Window

pytestmark = pytest.mark.unit


def test_the_window_doubles_each_round_while_main_answers_in_time() -> None:
    window = Window(first=10, largest=1_000, target_seconds=1.0)

    for _ in range(10):
        window.answered(0.1)

    assert window.size == 20


def test_one_slow_round_halves_the_window_once_and_growth_is_slow_afterwards() -> None:
    window = Window(first=100, largest=1_000, target_seconds=1.0)

    for _ in range(100):  # all that were under way
        window.answered(3.0)
    halved = window.size
    for _ in range(51):
        window.answered(0.1)

    assert halved == 50
    assert window.size == 51


@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(st.floats(min_value=0, max_value=100), max_size=300))
def test_the_window_stays_between_one_and_the_largest(answers: list[float]) -> None:
    window = Window(first=5, largest=40, target_seconds=1.0)

    for seconds in answers:
        window.answered(seconds)

        assert 1 <= window.size <= 40
