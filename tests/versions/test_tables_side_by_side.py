"""While one release takes the place of the other, each works on the other's tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deploy.local.develop.last_release import last_release, unpack
from deploy.local.places import ROOT
from tests.versions.releases import Tree, empty_database, execute

OLD_ON_NEW, NEW_ON_OLD = "test_old_on_new", "test_new_on_old"


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    root = tmp_path_factory.mktemp("last-release")
    unpack(last_release(), root, "services")
    return Tree(root)


@pytest.fixture(scope="module")
def new() -> Tree:
    return Tree(ROOT)


@pytest.fixture(scope="module")
def new_tables(new: Tree) -> Iterator[str]:
    empty_database(OLD_ON_NEW)
    new.migrate(OLD_ON_NEW)
    yield OLD_ON_NEW
    execute(f"DROP DATABASE {OLD_ON_NEW}")


@pytest.fixture
def old_tables(old: Tree) -> Iterator[str]:
    empty_database(NEW_ON_OLD)
    old.migrate(NEW_ON_OLD)
    yield NEW_ON_OLD
    execute(f"DROP DATABASE {NEW_ON_OLD}")


def test_the_last_release_passes_its_api_tests_on_the_new_tables(old: Tree, new_tables: str) -> None:
    assert old.failures_on(new_tables) == ""


def test_this_release_passes_its_api_tests_on_tables_that_the_last_one_made(new: Tree, old_tables: str) -> None:
    new.migrate(old_tables)

    assert new.failures_on(old_tables) == ""


def test_a_column_that_the_last_release_needs_is_missed_when_it_is_gone(old: Tree, new_tables: str) -> None:
    execute(f"ALTER TABLE {new_tables}.bookings_booking RENAME COLUMN cancelled_at TO given_back_at")
    try:
        assert "cancelled_at" in old.failures_on(new_tables, ("bookings/tests/test_booking.py",))
    finally:
        execute(f"ALTER TABLE {new_tables}.bookings_booking RENAME COLUMN given_back_at TO cancelled_at")
