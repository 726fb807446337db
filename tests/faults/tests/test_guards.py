"""A control proves something only while the guard that it takes away is where it says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.faults.cases import f05_lottery, f05_redis_lost, f08_disk_full, f10_clocks_and_half_open, f14_any_record
from tests.faults.places import QUEUE_FOLDER
from tests.faults.servers.guards import Guard, kit_without

pytestmark = pytest.mark.unit
GUARDS = [
    value
    for module in (f05_lottery, f05_redis_lost, f10_clocks_and_half_open)
    for value in vars(module).values()
    if isinstance(value, Guard)
]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_every_guard_that_a_control_takes_away_is_where_it_says(guard: Guard) -> None:
    text = (QUEUE_FOLDER / "coupon_queue" / guard.file).read_text()

    assert guard.taken_from(text) != text


def test_each_guard_has_a_copy_of_its_own() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS) == 5


@pytest.mark.parametrize(
    "guards",
    [f14_any_record.GUARDS, (f08_disk_full.COMMIT_AFTER_THE_EFFECT,), (f08_disk_full.REPORT_OF_DELIVERY,)],
    ids=["F14", "F8, stores", "F8, Kafka"],
)
def test_what_a_control_takes_from_the_shared_code_is_where_it_says(guards: tuple[Guard, ...]) -> None:
    first, *_ = kit_without(*guards)["PYTHONPATH"].split(os.pathsep)

    assert (Path(first) / "salon_contracts").is_dir()
