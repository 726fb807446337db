"""How S11 keeps a flood apart, sees who has the processors, and puts a row together from several runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from deploy.local.failure import CannotGoOn
from tests.bench.apart import group_apart, move
from tests.bench.load.bystanders import KINDS, Waited
from tests.bench.processor_time import cores_of
from tests.bench.results import report
from tests.bench.rows.strangers_judged import CONTROL, Flooded, Run, judged

pytestmark = pytest.mark.unit
NOBODY_GREW = {"main-1": 100, "queue-1": 100}


def _waited(ms: float) -> Waited:
    waited = Waited()
    for kind in KINDS:
        waited.add(kind, ms / 1000)
    return waited


def _run(**ms: float) -> Run:
    floods = [Flooded(name, waited=[_waited(waited)]) for name, waited in ms.items()]
    return Run(floods, [_waited(10)], before=NOBODY_GREW, after=NOBODY_GREW)


def test_a_flood_that_is_not_sent_again_keeps_what_an_earlier_run_found(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    first = judged(_run(joins=30, forms=10), report=path)
    report.write(path, {"S11": first.row(command="")})

    second = judged(_run(forms=15), report=path)
    report.write(path, {"S11": second.row(command="")})
    third = judged(_run(joins=11), report=path)

    assert set(second.details["floods"]) == {"joins", "forms"}
    assert "joins is flooded" in second.claims[0].what
    assert second.claims[0].ratio == pytest.approx(3, rel=0.05)
    assert "forms is flooded" in third.claims[0].what
    assert third.claims[0].ratio == pytest.approx(1.5, rel=0.05)


def test_the_control_is_told_and_held_to_nothing(tmp_path: Path) -> None:
    measured = judged(_run(**{CONTROL: 90, "joins": 10}), report=tmp_path / "none.json")

    assert measured.claims[0].met
    assert measured.details["floods"][CONTROL]["p99_ms"]["chat"][2] == pytest.approx(9, rel=0.05)


def test_a_run_in_which_the_control_costs_too_much_says_nothing_of_a_flood_that_does(tmp_path: Path) -> None:
    verdicts = {
        (control, joins): judged(_run(**{CONTROL: control, "joins": joins}), report=tmp_path / "none.json")
        .claims[0]
        .met
        for control in (15, 50)
        for joins in (15, 60)
    }

    assert verdicts == {(15, 15): True, (15, 60): False, (50, 15): True, (50, 60): None}


def test_a_process_apart_gives_way_to_all_others() -> None:
    with ExitStack() as stack:
        try:
            group = stack.enter_context(group_apart())
        except CannotGoOn:
            return  # not root, or an old kernel: then S11 is not measured, rather than something else
        process = stack.enter_context(subprocess.Popen(["sleep", "30"]))
        move(process.pid, group)
        found = Path(f"/proc/{process.pid}/cgroup").read_text()
        idle = (group / "cpu.idle").read_text().strip()
        process.kill()

    assert group.name in found
    assert idle == "1"
    assert not group.exists()


def test_the_processor_time_of_children_counts_with_their_parent() -> None:
    busy = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"
    with subprocess.Popen([sys.executable, "-c", busy], start_new_session=True) as parent:
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        while not children.read_text().split():
            time.sleep(0.01)
        with cores_of({"family": parent.pid}, alone={"parent": parent.pid}) as cores:
            time.sleep(1)
        os.killpg(parent.pid, 9)

    assert cores.used["family"] > 0.05
    assert cores.used["parent"] < cores.used["family"] / 2
    assert "parent" not in cores.named() or cores.named()["parent"] < cores.named()["family"]
