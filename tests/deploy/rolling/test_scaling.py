"""Queues that are to come and do not: the system goes on as it was. What scaling does to people: `tests/rollouts`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.releases.release import current_link, lead_to
from deploy.local.rolling.scaling import scale
from deploy.local.run import processes
from deploy.local.run.supervision import Supervision
from deploy.local.settings.profiles import Profile
from deploy.processes import PROCESSES
from tests.deploy.rolling.small_releases import Bad, SmallReleases, running

pytestmark = pytest.mark.timeout(300)

START_SECONDS = 60
LOOK_SECONDS = 0.02
NAMES = [process.name for process in PROCESSES]


def test_a_queue_that_does_not_start_changes_nothing_and_ends_nobody(profile: Profile, tmp_path: Path) -> None:
    releases = SmallReleases(tmp_path)
    port = profile.port("queue-4")
    releases.add("v1", Bad(at_start=f'os.environ.get("QUEUE_PORT") == "{port}" and sys.exit("no")'))
    lead_to(current_link(profile), releases.shelf.named("v1").root)
    with running(profile, releases) as system, missed(system) as dead:
        before = {name: system.pid_of(name) for name in NAMES}

        with pytest.raises(CannotGoOn, match="queue-4"):
            scale(profile, 4, releases.shelf, start_seconds=START_SECONDS)

        assert processes.queues(profile) == ("queue-1", "queue-2")
        assert {name: system.pid_of(name) for name in NAMES} == before
        assert system.pid_of("queue-3") == 0, "it came, and the other one did not"
    assert dead == [], "the run would end"


@contextmanager
def missed(system: Supervision) -> Iterator[list[CannotGoOn]]:
    """Whom a run would have missed inside: it looks all the time, and ends then."""
    dead: list[CannotGoOn] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_SECONDS):
            dead.extend([one] if (one := system.first_dead()) else [])

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield dead
    finally:
        over.set()
        watching.join()
