from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import pytest

from deploy.local.console import Console
from deploy.local.install import steps
from deploy.local.install.steps import Step, logged, run_steps


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(steps, "SETUP_LOGS", tmp_path / "logs")


def test_a_step_that_was_done_is_skipped_until_its_inputs_change() -> None:
    runs: list[str] = []

    for version in ("1", "1", "2"):
        run_steps([Step("kafka", "Kafka", lambda log, v=version: runs.append(v), inputs=[version])], Console())  # type: ignore[misc]

    assert runs == ["1", "2"]


def test_a_step_whose_result_was_deleted_runs_again(tmp_path: Path) -> None:
    made = tmp_path / "made"
    step = Step("kafka", "Kafka", lambda log: made.mkdir(), inputs=["1"], there=made.exists)

    run_steps([step], Console())
    made.rmdir()
    run_steps([step], Console())

    assert made.exists()


def test_a_failed_step_shows_the_end_of_its_log_and_is_tried_again() -> None:
    step = Step("kafka", "Kafka", lambda log: logged(log, ["sh", "-c", "echo no route to host; exit 7"]), inputs=["1"])

    first, second = (run_steps([step], Console()) for _ in range(2))

    assert "no route to host" in first["kafka"].why
    assert "kafka" in second


def test_what_needs_a_failed_step_is_not_run() -> None:
    runs: list[str] = []

    def fail(log: Path) -> None:
        raise subprocess.CalledProcessError(1, "apt-get")

    failures = run_steps(
        [
            Step("python", "Python", lambda log: runs.append("python"), inputs=["1"], needs=["debian"]),
            Step("debian", "Debian", fail, inputs=["1"]),
        ],
        Console(),
    )

    assert runs == []
    assert failures["python"].what == "Debian"


def test_steps_that_do_not_need_each_other_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=10)

    failures = run_steps(
        [Step(name, name, lambda log: _meet(both), inputs=["1"]) for name in ("kafka", "sid")],
        Console(),
    )

    assert failures == {}


def _meet(barrier: threading.Barrier) -> None:
    barrier.wait()
