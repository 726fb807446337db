"""A release that has a process which the one before does not have: deployed, and taken back, on a real supervisord."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.rolling.commands import Wish, deploy, roll_back
from deploy.local.run import holds
from deploy.local.run.supervision import Supervision
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.settings.profiles import Profile
from deploy.processes import PROCESSES
from tests.deploy.rolling.small_releases import Bad, SmallReleases, running

pytestmark = pytest.mark.timeout(300)

NEW = "run-due"
OLD = [process.name for process in PROCESSES if process.name != NEW]
FAILS_AT_WORK = Bad(at_start='"deliver_notifications" in sys.argv and sys.exit("no")')


@pytest.fixture
def choices() -> Choices:
    return read_choices(Path("/nowhere"), {})


@pytest.fixture
def releases(tmp_path: Path) -> SmallReleases:
    releases = SmallReleases(tmp_path)
    releases.add("v1", without=NEW)
    releases.add("v2")
    releases.add("v3", FAILS_AT_WORK)
    return releases


@pytest.fixture
def system(profile: Profile, releases: SmallReleases) -> Iterator[Supervision]:
    with running(profile, releases) as supervision:
        yield supervision


def _wish(version: str, releases: SmallReleases) -> Wish:
    return Wish(version=version, repository=releases.repository, bake_seconds=0.5, start_seconds=60)


def _answer(profile: Profile, name: str, path: str) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{profile.port(name)}{path}", timeout=5) as answer:
        return dict(json.loads(answer.read()))


def _stands_in(profile: Profile) -> bool:
    return _answer(profile, NEW, "/readyz").get("stands_in") == NEW


def _marks(profile: Profile, names: list[str]) -> set[str]:
    return {_answer(profile, name, "/mark")["mark"] for name in names}


def test_back_to_a_release_that_does_not_have_it_something_stands_in(
    profile: Profile, releases: SmallReleases, system: Supervision, choices: Choices
) -> None:
    assert deploy(profile, _wish("v1", releases), choices, releases.shelf) == 0
    assert _stands_in(profile)
    assert _marks(profile, OLD) == {"v1"}

    assert deploy(profile, _wish("v2", releases), choices, releases.shelf) == 0
    assert _marks(profile, [*OLD, NEW]) == {"v2"}

    assert roll_back(profile, _wish("", releases), choices, releases.shelf) == 0
    assert _stands_in(profile)
    assert _marks(profile, OLD) == {"v1"}
    assert system.first_dead() is None
    assert not list(holds.holds(profile).glob("*"))


def test_a_bad_release_that_brings_it_is_taken_back(
    profile: Profile, releases: SmallReleases, system: Supervision, choices: Choices
) -> None:
    assert deploy(profile, _wish("v1", releases), choices, releases.shelf) == 0

    assert deploy(profile, _wish("v3", releases), choices, releases.shelf) == 1

    assert _stands_in(profile)
    assert _marks(profile, OLD) == {"v1"}
    assert system.first_dead() is None


def test_a_run_that_began_before_there_was_such_a_process_takes_it_up(
    profile: Profile, releases: SmallReleases, choices: Choices
) -> None:
    with running(profile, releases, without=NEW) as system:
        assert deploy(profile, _wish("v1", releases), choices, releases.shelf) == 0
        assert _stands_in(profile)

        assert deploy(profile, _wish("v2", releases), choices, releases.shelf) == 0
        assert _marks(profile, [*OLD, NEW]) == {"v2"}

        assert roll_back(profile, _wish("", releases), choices, releases.shelf) == 0
        assert _stands_in(profile)
        assert system.first_dead() is None
