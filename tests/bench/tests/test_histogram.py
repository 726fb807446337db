from __future__ import annotations

import pytest

from tests.bench.results.histogram import Histogram, merged

pytestmark = pytest.mark.unit

MS = 1_000_000


def _of(*delays_ms: float) -> Histogram:
    histogram = Histogram()
    for delay in delays_ms:
        histogram.add(int(delay * MS))
    return histogram


def test_a_percentile_is_the_delay_that_so_many_did_not_exceed() -> None:
    histogram = _of(*range(1, 101))

    assert histogram.percentile_ms(50) == pytest.approx(50, abs=0.1)
    assert histogram.percentile_ms(99) == pytest.approx(99, abs=0.1)
    assert histogram.percentile_ms(100) == pytest.approx(100, abs=0.1)


def test_one_slow_frame_in_fifty_is_seen_by_p99_and_not_by_p50() -> None:
    histogram = _of(*[1.0] * 49, 900.0)

    assert histogram.percentile_ms(50) == pytest.approx(1, abs=0.1)
    assert histogram.percentile_ms(99) == pytest.approx(900, abs=0.1)
    assert histogram.max_ms == 900


def test_nothing_measured_is_no_number() -> None:
    assert Histogram().percentile_ms(99) is None
    assert Histogram().max_ms is None


def test_parts_of_several_processes_add_up_to_the_whole() -> None:
    whole = _of(*range(1, 101))

    parts = merged([_of(*range(1, 51)), _of(*range(51, 101))])

    assert (parts.counts, parts.total, parts.largest_ns) == (whole.counts, whole.total, whole.largest_ns)


def test_the_curve_ends_at_everything() -> None:
    curve = list(_of(1, 2, 3, 4).curve())

    assert [share for _, share in curve] == [0.25, 0.5, 0.75, 1.0]
