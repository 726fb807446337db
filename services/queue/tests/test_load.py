"""What an autoscaler is told of one instance."""

from __future__ import annotations

from pathlib import Path

import pytest

from coupon_queue.load import Load, resident_bytes
from coupon_queue.settings import Settings


@pytest.fixture
def load(tmp_path: Path) -> Load:
    settings = Settings.model_construct(
        capacity_streams=1_000, capacity_joins_per_second=100, capacity_memory_bytes=2 * resident_bytes()
    )
    return Load(settings)


def test_each_resource_is_a_share_of_what_one_instance_carries(load: Load) -> None:
    load.shares(streams=0, joins=0, now=1e9)

    shares = load.shares(streams=600, joins=250, now=1e9 + 5)

    assert (shares["streams"], shares["joins"]) == (0.6, 0.5)
    assert 0.4 < shares["memory"] < 0.7


def test_looks_that_follow_each_other_closely_do_not_make_a_rate_of_nothing(load: Load) -> None:
    load.shares(streams=0, joins=0, now=1e9)
    load.shares(streams=0, joins=100, now=1e9 + 1)

    shares = load.shares(streams=0, joins=100, now=1e9 + 1.1)

    assert shares["joins"] == 1.0
