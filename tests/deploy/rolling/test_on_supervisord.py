"""A deploy on a real supervisord: instances leave, start from their release, and come back when that one is bad."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from deploy.local.releases import page
from deploy.local.releases.release import WORKTREE
from deploy.local.rolling.commands import Wish, deploy, roll_back
from deploy.local.rolling.journal import folder_of, unfinished
from deploy.local.rolling.lock import only_one_deploy
from deploy.local.run import holds
from deploy.local.run.supervision import Supervision
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.settings.profiles import Profile
from deploy.processes import PROCESSES
from tests.deploy.rolling.small_releases import Bad, SmallReleases, running

# A deploy of small programs takes ten seconds, on a machine that has nothing else to do.
pytestmark = pytest.mark.timeout(300)

NAMES = [process.name for process in PROCESSES]
FAILS = Bad(before_answer='if "salons" in self.path: self.send_error(500); return')
SLOW = Bad(before_answer='time.sleep(1.2 if "salons" in self.path else 0)')
DOES_NOT_START = Bad(at_start='sys.exit("no")')
WORKER_DOES_NOT_START = Bad(at_start='"relay_outbox" in sys.argv and sys.exit("no")')


@pytest.fixture
def choices() -> Choices:
    return read_choices(Path("/nowhere"), {})


@pytest.fixture
def releases(tmp_path: Path) -> SmallReleases:
    releases = SmallReleases(tmp_path)
    releases.add("v1")
    return releases


@pytest.fixture
def system(profile: Profile, releases: SmallReleases) -> Iterator[Supervision]:
    with running(profile, releases) as supervision:
        yield supervision


def _wish(version: str, releases: SmallReleases) -> Wish:
    return Wish(version=version, repository=releases.repository, bake_seconds=0.5, start_seconds=60)


def _marks(profile: Profile) -> set[str]:
    """What each process says of itself: the release from which it was really started."""
    answers = (urllib.request.urlopen(f"http://127.0.0.1:{profile.port(name)}/mark", timeout=5) for name in NAMES)
    return {json.loads(answer.read())["mark"] for answer in answers}


def test_every_instance_runs_what_was_deployed_and_then_what_was_before(
    profile: Profile, releases: SmallReleases, system: Supervision, choices: Choices
) -> None:
    releases.add("v2")
    assert deploy(profile, _wish("v1", releases), choices, releases.shelf) == 0
    assert _marks(profile) == {"v1"}

    assert deploy(profile, _wish("v2", releases), choices, releases.shelf) == 0
    assert _marks(profile) == {"v2"}
    assert (page.served(profile) / "index.html").read_text() == "v2"

    assert roll_back(profile, _wish("", releases), choices, releases.shelf) == 0
    assert _marks(profile) == {"v1"}
    assert (page.served(profile) / "index.html").read_text() == "v1"
    assert system.first_dead() is None
    assert not list(holds.holds(profile).glob("*"))


@pytest.mark.parametrize("bad", [FAILS, SLOW, DOES_NOT_START], ids=["fails", "is slow", "does not start"])
def test_a_bad_release_ends_before_anybody_is_led_to_it(
    profile: Profile,
    releases: SmallReleases,
    system: Supervision,
    choices: Choices,
    bad: Bad,
    capsys: pytest.CaptureFixture[str],
) -> None:
    releases.add("v2", bad)
    before = {name: system.pid_of(name) for name in NAMES}

    assert deploy(profile, _wish("v2", releases), choices, releases.shelf) == 1

    assert {name: system.pid_of(name) for name in NAMES} == before, "nobody was touched"
    assert "v2 was taken back" in capsys.readouterr().out


def test_a_worker_that_does_not_start_takes_everything_back_within_a_minute(
    profile: Profile, releases: SmallReleases, system: Supervision, choices: Choices
) -> None:
    releases.add("v2", WORKER_DOES_NOT_START)
    began = time.monotonic()

    assert deploy(profile, _wish("v2", releases), choices, releases.shelf) == 1

    assert time.monotonic() - began < 60
    assert _marks(profile) == {WORKTREE}
    assert system.first_dead() is None


@pytest.mark.parametrize("goes_on", [True, False], ids=["continued", "taken back"])
def test_a_deployer_that_is_killed_half_way_leaves_what_another_one_can_end(
    profile: Profile, releases: SmallReleases, system: Supervision, choices: Choices, goes_on: bool
) -> None:
    code = f"""
from pathlib import Path
from deploy.local.releases.release import Shelf
from deploy.local.rolling.commands import Wish, deploy
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import noted

shelf = Shelf(Path({str(releases.shelf.folder)!r}), checkout=Path({str(releases.shelf.named(WORKTREE).root)!r}))
wish = Wish("v1", Path({str(releases.repository)!r}), bake_seconds=60)
deploy(noted({profile.name!r}, Path({str(profile.home)!r})), wish, read_choices(Path("/nowhere"), {{}}), shelf)
"""
    deployer = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    until = time.monotonic() + 60
    while not holds.is_held(profile, "queue-1") or (begun := unfinished(folder_of(profile))) is None:
        assert deployer.poll() is None
        assert time.monotonic() < until
        time.sleep(0.02)
    with pytest.raises(CannotGoOn, match="deploy"):
        deploy(profile, _wish("v1", releases), choices, releases.shelf)
    os.kill(deployer.pid, signal.SIGKILL)
    deployer.wait()

    with pytest.raises(CannotGoOn):
        deploy(profile, _wish("v1", releases), choices, releases.shelf)
    wish = Wish(repository=releases.repository, bake_seconds=0.5, start_seconds=60, goes_on=True)
    code_of_it = (deploy if goes_on else roll_back)(profile, wish, choices, releases.shelf)

    assert begun is not None
    assert code_of_it == 0
    assert _marks(profile) == {"v1" if goes_on else WORKTREE}
    assert not list(holds.holds(profile).glob("*"))


def test_two_people_cannot_deploy_at_once_and_the_second_hears_who_does(
    profile: Profile, releases: SmallReleases, choices: Choices
) -> None:
    with only_one_deploy(profile, by="지은"), pytest.raises(CannotGoOn) as refused:
        deploy(profile, _wish("v1", releases), choices, releases.shelf)

    assert "지은 deploys since" in refused.value.why


def test_a_release_whose_files_were_changed_is_refused(
    profile: Profile, releases: SmallReleases, system: Supervision, choices: Choices
) -> None:
    (releases.shelf.named("v1").root / "services" / "main" / "service.py").write_text("print('mended in place')")

    with pytest.raises(CannotGoOn) as refused:
        deploy(profile, _wish("v1", releases), choices, releases.shelf)

    assert "not those that were built" in refused.value.why
