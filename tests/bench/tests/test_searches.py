from __future__ import annotations

from urllib.parse import parse_qs

import pytest

from tests.bench.load.searches import different_searches
from tests.bench.rows.search import Timed

pytestmark = pytest.mark.unit


def test_every_search_is_another_one_and_all_are_the_same_next_time() -> None:
    found = different_searches(3_000)

    assert len(set(found)) == 3_000
    assert different_searches(3_000) == found
    assert {"q", "lat", "city", "dog_size", "treatment_kind"} <= {name for one in found for name in parse_qs(one)}


def test_the_slowest_twentieth_decides() -> None:
    timed = Timed([0.001] * 94 + [1.0] * 6, ["/"] * 100)

    assert (timed.p(0.5), timed.p(0.95)) == (0.001, 1.0)
