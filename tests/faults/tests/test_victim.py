"""Whoever is killed is gone with all that belongs to it, also what its parent would start anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.run.program import Program
from tests.faults.servers.victim import Victim

pytestmark = pytest.mark.unit
# As nginx: a worker that dies is started again at once.
RESPAWNS = ["sh", "-c", "while :; do sleep 60; done"]


@pytest.fixture
def victim(tmp_path: Path) -> Iterator[Victim]:
    victim = Victim(Program(name="nginx", command=RESPAWNS, ports=[], ready=lambda: True), logs=tmp_path)
    victim.start()
    yield victim
    victim.stop()


def test_a_killed_process_leaves_no_worker_behind(victim: Victim) -> None:
    time.sleep(0.3)
    before = session(victim.pid)

    victim.kill()
    time.sleep(0.3)

    assert len(before) == 2
    assert session(victim.pid) == []


def session(leader: int) -> list[int]:
    """The processes of a session that are not dead."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, of = path.read_text().rpartition(")")[2].split()[:4]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of) == leader and state != "Z":
            found.append(int(path.parent.name))
    return found
