from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy.local.develop.test_programs import PartRuns
from deploy.local.failure import Abandoned

SLEEPER = [sys.executable, "-c", "import time; print('begun', flush=True); time.sleep(60)"]

A_TEST_WITH_A_SERVER = """
import pathlib, subprocess, sys, time, pytest

@pytest.fixture
def server():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()

def test_something_long(server):
    written = pathlib.Path("written")
    written.write_text(f"begun {server.pid}")
    written.rename("begun")
    time.sleep(60)
"""


def test_a_part_ends_with_the_exit_code_of_its_program(tmp_path: Path) -> None:
    log = tmp_path / "log"

    with PartRuns() as runs:
        code = runs.run(
            [sys.executable, "-c", "print('three'); raise SystemExit(3)"], folder=tmp_path, variables={}, log=log
        )

    assert (code, log.read_text()) == (3, "three\n")


def test_when_one_lane_breaks_off_the_programs_of_the_other_end_too(tmp_path: Path) -> None:
    log, codes = tmp_path / "log", []

    with PartRuns() as runs:
        lane = threading.Thread(
            target=lambda: codes.append(runs.run(SLEEPER, folder=tmp_path, variables={}, log=log)), daemon=True
        )
        lane.start()
        _wait_until_it_has_begun(log)
        runs.end_all()
        lane.join(10)

    assert codes == [-2]


def test_what_a_test_has_started_ends_when_its_run_is_broken_off(tmp_path: Path) -> None:
    (tmp_path / "test_server.py").write_text(A_TEST_WITH_A_SERVER)
    log, pid = tmp_path / "log", tmp_path / "begun"
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_server.py"]

    with PartRuns() as runs:
        lane = threading.Thread(
            target=lambda: runs.run(command, folder=tmp_path, variables={"PATH": os.environ["PATH"]}, log=log),
            daemon=True,
        )
        lane.start()
        _wait_until_it_has_begun(pid)
        runs.end_all()
        lane.join(30)

    assert not Path(f"/proc/{pid.read_text().split()[1]}").exists()


def test_nothing_begins_after_the_end(tmp_path: Path) -> None:
    with PartRuns() as runs:
        runs.end_all()

        with pytest.raises(Abandoned):
            runs.run(SLEEPER, folder=tmp_path, variables={}, log=tmp_path / "log")


def _wait_until_it_has_begun(log: Path) -> None:
    deadline = time.monotonic() + 10
    while not log.exists() or "begun" not in log.read_text():
        assert time.monotonic() < deadline, "the program did not begin"
        time.sleep(0.02)
