"""The ETA: a band from the measured speed, as wide as it has to be for what it promises."""

from __future__ import annotations

import math
import random
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coupon_queue.eta import EtaPerPlace, eta_of
from coupon_queue.leader.eta.promises import EtaPromises
from coupon_queue.leader.eta.spread import TARGET, EtaSpread, Outcome
from coupon_queue.scripts import EtaUpdate, Sample, Spread


@pytest.mark.unit
@pytest.mark.parametrize(("ahead", "per_place"), [(None, EtaPerPlace(1, 2)), (3, None)])
def test_nobody_is_told_a_time_that_nobody_knows(ahead: int | None, per_place: EtaPerPlace | None) -> None:
    assert eta_of(ahead=ahead, per_place=per_place) is None


@pytest.mark.unit
def test_ones_own_turn_counts_and_the_band_is_rounded_outwards() -> None:
    assert eta_of(ahead=39, per_place=EtaPerPlace(0.36, 0.74)) == {"low_seconds": 14, "high_seconds": 30}
    assert eta_of(ahead=0, per_place=EtaPerPlace(0.01, 0.02)) == {"low_seconds": 0, "high_seconds": 1}


def _coverage(spread: EtaSpread, *, noise: float, checks: int, seed: int = 1) -> float:
    """The share of noisy truths inside the band, while the band learns from each."""
    dice, inside = random.Random(seed), 0
    for _ in range(checks):
        truth = math.exp(dice.gauss(0, noise))
        low, high = spread.spread
        outcome = Outcome.EARLY if truth < low else Outcome.LATE if truth > high else Outcome.INSIDE
        inside += outcome is Outcome.INSIDE
        spread.learn(outcome)
    return inside / checks


@pytest.mark.unit
@pytest.mark.parametrize("noise", [0.1, 0.4, 1.0])
def test_the_band_holds_as_often_as_it_should_however_noisy_the_drain(noise: float) -> None:
    spread = EtaSpread(Spread())
    _coverage(spread, noise=noise, checks=500)

    assert _coverage(spread, noise=noise, checks=3_000, seed=2) == pytest.approx(TARGET, abs=0.03)


@pytest.mark.unit
def test_the_band_of_a_steady_drain_becomes_narrow_and_widens_again_when_it_must() -> None:
    spread = EtaSpread(Spread())
    _coverage(spread, noise=0.0, checks=500)
    narrow = spread.spread
    _coverage(spread, noise=0.5, checks=500)
    wide = spread.spread

    assert 0.95 < narrow.low < 1 < narrow.high < 1.05
    assert wide.low < 0.7
    assert wide.high > 1.4


@pytest.mark.unit
@settings(deadline=None)  # a loaded machine is no fault
@given(st.lists(st.sampled_from(Outcome), max_size=300))
def test_whatever_happens_the_band_lies_around_what_the_speed_promises_and_has_bounds(outcomes: list[Outcome]) -> None:
    spread = EtaSpread(Spread())

    for outcome in outcomes:
        spread.learn(outcome)

        low, high = spread.spread
        assert 0.04 < low < 1 < high < 25


def _made(ahead: int, *, number: int) -> EtaPromises:
    """One promise at second 0 of a place that costs 0.8 to 1.2 seconds."""
    promises = EtaPromises()
    promises.made([Sample(number, ahead)], EtaPerPlace(0.8, 1.2), now=0.0)
    return promises


@pytest.mark.unit
@pytest.mark.parametrize(
    ("serving", "now", "counts"),
    [
        (29, 10.0, (0, 0)),  # not yet
        (30, 10.0, (1, 1)),
        (35, 8.0, (1, 1)),
        (35, 7.9, (1, 0)),  # early
        (30, 12.1, (1, 0)),  # late
        (29, 12.1, (1, 0)),  # late, and still not there
    ],
)
def test_a_promise_holds_when_the_turn_comes_inside_the_band(serving: int, now: float, counts: tuple[int, int]) -> None:
    promises = _made(9, number=30)

    promises.check(serving=serving, now=now)

    frames = promises.take_update()
    assert (frames.checked, frames.inside) == counts
    assert promises.take_update()[1:] == (0, 0)


@pytest.mark.unit
def test_what_was_promised_before_a_pause_is_not_counted() -> None:
    promises = _made(9, number=30)

    promises.forget()
    promises.check(serving=30, now=99.0)

    assert promises.take_update() == EtaUpdate(EtaSpread(Spread()).spread, 0, 0)


@pytest.mark.unit
def test_only_so_many_promises_are_remembered() -> None:
    promises = EtaPromises()
    for number in range(1, 1_001):
        promises.made([Sample(number, number - 1)], EtaPerPlace(1, 2), now=0.0)

    promises.check(serving=1_000, now=0.5)

    assert promises.take_update().checked == 128


@pytest.mark.unit
def test_a_drain_whose_speed_wanders_is_covered_as_promised() -> None:
    """Ticks of one second with an exponentially smoothed speed, as the line measures it, and people who leave."""
    dice, promises = random.Random(7), EtaPromises()
    waiting, rate, checked, inside = list(range(1, 40_001)), 20.0, 0, 0

    for second in count():
        if len(waiting) < 500:
            break
        served = max(1, round(dice.gauss(20 + 10 * math.sin(second / 40), 5)))
        serving, waiting = waiting[served - 1], waiting[served:]
        del waiting[dice.randrange(len(waiting))]
        rate = 0.7 * rate + 0.3 * served
        promises.check(serving=serving, now=second)
        frames = promises.take_update()
        if second > 200:
            checked, inside = checked + frames.checked, inside + frames.inside
        samples = [Sample(waiting[ahead], ahead) for ahead in (20, 100, 400)]
        promises.made(samples, EtaPerPlace(frames.spread.low / rate, frames.spread.high / rate), now=second)

    assert checked > 1_000
    assert 0.78 < inside / checked < 0.93
