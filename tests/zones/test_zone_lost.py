"""Lose a zone, lose nothing acknowledged. `make faults ONLY=F11` plays it longer, in three ways, with a control."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from tests.faults.cases.f11_zone_lost import SHORT_PLAN, lose
from tests.faults.checkers.verdict import Verdict
from tests.faults.places import TWO_ZONES
from tests.faults.whole_play import KINDS, play_whole
from tests.faults.whole_system import Parts, whole_system

LOST_SECONDS = 12.0
# Twice what the row promises: here other tests run at the same time.
GOES_ON_WITHIN_SECONDS = 30.0


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    """Of a small drop, a chat, bookings and browsing, during which every process of zone b is killed."""
    with whole_system(Parts(), TWO_ZONES) as system:
        fault = partial(lose, zone="b", for_seconds=LOST_SECONDS)
        return asyncio.run(play_whole(system, SHORT_PLAN, fault))


def test_nothing_that_was_acknowledged_is_lost_with_a_zone(verdict: Verdict) -> None:
    assert (verdict.lost, verdict.duplicated, verdict.out_of_order) == ((), (), ())


def test_whoever_is_refused_meanwhile_hears_when_to_come_again(verdict: Verdict) -> None:
    assert verdict.unclear == ()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_goes_on_in_the_other_zone(verdict: Verdict, kind: str) -> None:
    assert verdict.kinds[kind].acked > 0
    assert verdict.kinds[kind].unavailable_seconds < GOES_ON_WITHIN_SECONDS
