"""The report: one row for each fault, made of its cases, and kept from play to play.

A row stands in it with the keys of the printed line. What was not played is `null`, and a row with a case or a control
that was not played is not met.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.places import ROOT
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.harness.system.machine import commit, machine

COUNTS = ("acked", "lost", "duplicated", "out_of_order", "unclear", "unknown")


def command_of(row: str, topology: str) -> str:
    """What a person types to play the row again."""
    return f"{'' if topology == 'small' else f'TOPOLOGY={topology} '}make faults ONLY={row}"


def played(case: Case, verdict: Verdict, control: Verdict | None, *, topology: str) -> dict[str, Any]:
    """One case of a row. `control` is None where the case has none, or where it was not played."""
    caught = control.lost_something if control is not None else None
    in_time = verdict.unavailable_seconds <= case.unavailable_seconds_max
    return {
        **_of(case, topology),
        "acked": verdict.acked,
        "lost": len(verdict.lost),
        "duplicated": len(verdict.duplicated),
        "out_of_order": len(verdict.out_of_order),
        "unclear": len(verdict.unclear),
        "unknown": verdict.unknown,
        "unavailable_seconds": round(verdict.unavailable_seconds, 2),
        "kinds": {kind: one.line() for kind, one in verdict.kinds.items()},
        "control_line": control.line() if control is not None else None,
        "control_caught": caught,
        "met": verdict.is_clean and in_time and caught is (None if case.control is None else True),
    }


def broke_off(case: Case, error: Exception, *, topology: str) -> dict[str, Any]:
    unmeasured = dict.fromkeys((*COUNTS, "unavailable_seconds", "control_caught"))
    return {**_of(case, topology), **unmeasured, "broke_off": repr(error), "met": False}


def _of(case: Case, topology: str) -> dict[str, Any]:
    return {
        "promise": case.promise,
        "unavailable_seconds_max": case.unavailable_seconds_max,
        "guard": case.guard,
        "command": command_of(case.row, topology),
        "played_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine(),
    }


def row_of(cases: Sequence[Case], known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """All cases of one row together: sums, the longest wait, and met only when each of them is."""
    plays = [known[case.name] for case in cases if case.name in known]
    controls = [known.get(case.name, {}).get("control_caught") for case in cases if case.control is not None]
    newest = max(plays, key=lambda play: str(play["played_at"]))
    return {
        **{key: _together(plays, key, sum) for key in COUNTS},
        "unavailable_seconds": _together(plays, "unavailable_seconds", max),
        "control_caught": None if not controls or None in controls else all(controls),
        "met": len(plays) == len(cases) and all(play["met"] for play in plays),
        "command": newest["command"],
        "played_at": newest["played_at"],
        "not_played": [case.name for case in cases if case.name not in known],
        "cases": {case.name: known[case.name] for case in cases if case.name in known},
    }


def _together(plays: Sequence[Mapping[str, Any]], key: str, how: Any) -> Any:
    values = [play[key] for play in plays]
    return None if None in values else how(values)


def write(path: Path, case: Case, result: Mapping[str, Any], *, every: Sequence[Case]) -> dict[str, Any]:
    """This play over an earlier one of the same case; all others stay. `every` are all cases there are."""
    report: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known = {**report.get(case.row, {}).get("cases", {}), case.name: result}
    report[case.row] = row_of([one for one in every if one.row == case.row], known)
    path.parent.mkdir(parents=True, exist_ok=True)
    in_order = {row: report[row] for row in sorted(report, key=lambda row: int(row[1:]))}
    path.write_text(json.dumps(in_order, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"  {row_line(case.row, report[case.row])} ({path.relative_to(ROOT)})", flush=True)
    return in_order


def row_line(name: str, row: Mapping[str, Any]) -> str:
    """Whether the row as a whole is met, and what is missing for it."""
    missing = [f"not played: {one}" for one in row["not_played"]]
    missing += [f"not met: {one}" for one, play in row["cases"].items() if not play["met"]]
    return f"row {name} is {'met' if row['met'] else 'not met; ' + '; '.join(missing)}"
