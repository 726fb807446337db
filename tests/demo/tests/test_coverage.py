"""The share of told times that came true is counted from what each customer saw and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.demo.report.coverage import Coverage, eta_coverage
from tests.demo.tests.honest import honest_drop
from tests.harness.histories.drop import Called, Sighting

pytestmark = pytest.mark.unit


def _shown(customer: int, *, at: float, eta: tuple[int, int] | None) -> Sighting:
    return Sighting(customer, customer, stream=1, seq=1, serving=0, sum=1, at=at, eta=eta)


def test_a_time_held_if_the_turn_came_inside_the_band() -> None:
    history = replace(
        honest_drop(),
        called=(Called(1, 1, ahead=0, at=10.0), Called(1, 1, ahead=0, at=10.4), Called(2, 2, ahead=0, at=12.0)),
        sightings=(
            _shown(1, at=1.0, eta=(8, 10)),
            _shown(1, at=2.0, eta=(9, 12)),  # sooner than told
            _shown(1, at=3.0, eta=(2, 6)),  # later than told
            _shown(1, at=4.0, eta=None),
            _shown(1, at=10.2, eta=(0, 1)),  # a second device that had not heard it yet
            _shown(2, at=10.0, eta=(2, 2)),
            _shown(3, at=1.0, eta=(1, 5)),  # whose turn never came
        ),
    )

    coverage = eta_coverage(history)

    assert coverage == Coverage(judged=4, inside=2, early=1, customers=2)
    assert str(coverage) == "50% of 4 told to 2 customers whose turn came (sooner than told: 1, later: 1)"


def test_a_drop_in_which_nobody_was_told_a_time_says_so() -> None:
    assert str(eta_coverage(honest_drop())) == "nobody whose turn came had been told a time"
