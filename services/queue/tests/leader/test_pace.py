"""The operator's ceiling on how many are served a second."""

from __future__ import annotations

import pytest

from coupon_queue.leader.pace import Pace

pytestmark = pytest.mark.unit


def test_no_more_people_are_served_than_the_operators_ceiling_allows() -> None:
    pace, served = Pace(), 0

    for tenth in range(101):
        allowed = pace.allowed(ceiling_per_second=20, now=tenth / 10)
        assert allowed is not None
        pace.spend(allowed)
        served += allowed

    assert 190 <= served <= 201


def test_without_a_ceiling_the_pace_allows_everything() -> None:
    assert Pace().allowed(ceiling_per_second=None, now=0) is None
