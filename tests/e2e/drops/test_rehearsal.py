"""A rehearsal on the running system, as `make rehearse` plays it, and small."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

import pytest

from tests.rehearsal.__main__ import Wish, rehearse

WISH = Wish(customers=50, quantity=10, seconds=30.0)


@pytest.mark.timeout(120)
def test_fifty_simulated_customers_rehearse_a_drop_and_nothing_real_comes_of_it(base_url: str) -> None:
    """Its own judgement has a test of its own, in which each fault is found."""
    port = urlsplit(base_url).port or 80

    rehearsed = rehearse({**os.environ, "SALON_URL": base_url}, WISH, ports=[port])

    assert rehearsed.faults(WISH) == []
    assert (rehearsed.in_rehearsal, rehearsed.coupons_after) == (10, rehearsed.coupons_before)
    assert rehearsed.counted.refused == {}
