"""A table of many bookings is changed while people read and write it. `make migrate-online` has a million."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.versions.online import change, many_bookings
from tests.versions.releases import Tree

ROWS = 50_000
# Other tests run at the same time; alone it is a few milliseconds.
LONGEST_SECONDS = 8.0


@pytest.fixture(scope="module")
def tree() -> Iterator[Tree]:
    with many_bookings(ROWS) as tree:
        yield tree


def test_people_read_and_write_while_a_column_and_an_index_are_added(tree: Tree) -> None:
    changed = change(tree, "online")

    assert changed.blocking == []
    assert changed.reads.failures + changed.writes.failures == []
    assert changed.writes_meanwhile() > 0
    assert max(changed.reads.longest(), changed.writes.longest()) < LONGEST_SECONDS


def test_a_change_that_copies_the_table_lets_nobody_write_and_is_what_the_check_refuses(tree: Tree) -> None:
    changed = change(tree, "copying")

    assert changed.blocking
    assert changed.longest_without_a_write() > changed.seconds / 2
