from __future__ import annotations

import pytest

from tests.bench import options

pytestmark = pytest.mark.unit


def test_without_a_word_every_row_is_measured_at_the_size_of_the_targets() -> None:
    chosen = options.read([])

    assert chosen.only == ("S1", "S2", "S3", "S4", "S7", "S8", "S9", "S10", "S11")
    assert (chosen.streams, chosen.lines, chosen.coupons, chosen.customers) == (15_000, (1_000, 50_000), 1_000, 20_000)


def test_a_row_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SystemExit):
        options.read(["--only", "S99"])
