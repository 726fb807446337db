"""While one release takes the place of the other, each reads the other's events."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from deploy.local.develop.last_release import last_release, unpack
from deploy.local.places import ROOT
from tests.versions.releases import Tree


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    root = tmp_path_factory.mktemp("last-release")
    unpack(last_release(), root, "services/contracts")
    return Tree(root)


@pytest.fixture(scope="module")
def new() -> Tree:
    return Tree(ROOT)


def test_each_reads_what_the_other_publishes(old: Tree, new: Tree) -> None:
    assert old.unreadable(new.examples) == []
    assert new.unreadable(old.examples) == []


def test_an_event_that_lost_a_field_is_found(old: Tree, tmp_path: Path) -> None:
    shutil.copytree(old.examples, tmp_path, dirs_exist_ok=True)
    path = tmp_path / "booking.confirmed.v1.json"
    event = json.loads(path.read_text())
    del event["starts_at"]
    path.write_text(json.dumps(event))

    assert old.unreadable(tmp_path) == [path.name]


def test_an_event_of_a_type_that_came_later_is_passed_over(old: Tree, tmp_path: Path) -> None:
    event = json.loads((old.examples / "booking.confirmed.v1.json").read_text())
    (tmp_path / "later.json").write_text(json.dumps({**event, "type": "booking.moved.v1"}))

    assert old.unreadable(tmp_path) == []
