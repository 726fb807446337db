"""What is remembered for a while, and no longer."""

from __future__ import annotations

import pytest

from salon_kit.expiring_set import ExpiringSet

pytestmark = pytest.mark.unit


def test_a_member_is_new_once() -> None:
    known: ExpiringSet[str] = ExpiringSet(seconds=10)

    assert [known.add("a", now=now) for now in (0, 5, 9)] == [True, False, False]
    assert "a" in known
    assert "b" not in known


def test_a_member_is_forgotten_so_long_after_it_was_last_added() -> None:
    known: ExpiringSet[str] = ExpiringSet(seconds=10)
    known.add("once", now=0)
    known.add("again", now=0)

    known.add("again", now=8)
    known.add("other", now=11)

    assert "once" not in known
    assert "again" in known
    assert known.add("once", now=12)


def test_its_size_is_bounded_by_time() -> None:
    known: ExpiringSet[int] = ExpiringSet(seconds=10)

    for number in range(1_000):
        known.add(number, now=number)

    assert len(known) == 10
