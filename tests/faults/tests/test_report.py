"""The report is made of single plays: it keeps what others wrote, and is met only when all was played and caught."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults import report
from tests.faults.cases import BY_TOPOLOGY, EVERY
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict

pytestmark = pytest.mark.unit

KEYS = {
    "acked",
    "lost",
    "duplicated",
    "out_of_order",
    "unknown",
    "unavailable_seconds",
    "control_caught",
    "met",
    "command",
}
CLEAN = Verdict(acked=10, lost=(), duplicated=(), out_of_order=(), unknown=1, unavailable_seconds=2.0)
LOSES = replace(CLEAN, lost=("a coupon",))


async def _nothing(_ground: Any) -> Verdict:
    return CLEAN


EASY = Case("F5", "easy", "a promise", "a guard", _nothing, None, 15)
HARD = replace(EASY, name="hard", control=_nothing)
OTHER = replace(EASY, row="F11")
ALL = (EASY, HARD, OTHER)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report, "ROOT", tmp_path)
    return tmp_path / "report.json"


def write(path: Path, case: Case, verdict: Verdict, control: Verdict | None = None) -> dict[str, Any]:
    result = report.played(case, verdict, control, topology="small")
    return report.write(path, case, result, every=ALL)


def test_a_row_is_met_when_all_of_its_cases_were_played_and_their_controls_caught(path: Path) -> None:
    after_one = write(path, HARD, CLEAN, LOSES)
    after_both = write(path, EASY, replace(CLEAN, unavailable_seconds=7.0))

    assert (after_one["F5"]["met"], after_one["F5"]["not_played"]) == (False, ["easy"])
    row = after_both["F5"]
    assert row.keys() >= KEYS
    assert (row["met"], row["control_caught"], row["not_played"]) == (True, True, [])
    assert (row["acked"], row["unknown"], row["unavailable_seconds"]) == (20, 2, 7.0)
    assert json.loads(path.read_text()) == after_both


def test_a_play_leaves_other_rows_and_takes_the_place_of_its_own(path: Path) -> None:
    write(path, OTHER, CLEAN)
    write(path, EASY, LOSES)
    found = write(path, EASY, CLEAN)

    assert list(found) == ["F5", "F11"]
    assert found["F11"]["met"]
    assert found["F5"]["lost"] == 0


@pytest.mark.parametrize(
    ("case", "verdict", "control"),
    [
        (HARD, CLEAN, None),
        (HARD, CLEAN, CLEAN),
        (EASY, LOSES, None),
        (EASY, replace(CLEAN, unclear=("no Retry-After",)), None),
        (EASY, replace(CLEAN, unavailable_seconds=15.1), None),
    ],
    ids=["control not played", "control not caught", "lost", "unclear", "too late"],
)
def test_a_case_is_not_met_by_half(case: Case, verdict: Verdict, control: Verdict | None) -> None:
    assert not report.played(case, verdict, control, topology="small")["met"]


def test_a_play_that_breaks_off_has_no_figures(path: Path) -> None:
    write(path, EASY, CLEAN)
    found = report.write(path, HARD, report.broke_off(HARD, TimeoutError(), topology="ha"), every=ALL)

    assert (found["F5"]["acked"], found["F5"]["met"]) == (None, False)
    assert found["F5"]["cases"]["hard"]["command"] == "TOPOLOGY=ha make faults ONLY=F5"


def test_cases_have_names_by_which_the_report_tells_them_apart() -> None:
    names = [(case.row, case.name) for case in EVERY]

    assert len(names) == len(set(names))
    assert {case.row for case in BY_TOPOLOGY["ha"]} == {"F3", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12", "F15"}
    assert {case.row for case in BY_TOPOLOGY["small"]} == {case.row for case in EVERY}
