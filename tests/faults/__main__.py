"""`python -m tests.faults [--only F5]`: plays the faults and their controls, and writes .local/faults/report.json."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import time
import traceback
from contextlib import nullcontext
from types import FrameType
from typing import Any

from tests.faults.cases import BY_TOPOLOGY
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.ground import Ground, ground
from tests.faults.places import REPORT

_SHOWN = 4


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default=None, help="one row, such as F6")
    parser.add_argument("--without-control", action="store_true", help="only the product as it is")
    arguments = parser.parse_args()
    topology = os.environ.get("TOPOLOGY") or "small"
    every = BY_TOPOLOGY[topology]
    cases = [case for case in every if arguments.only in {None, "", case.row}]
    if not cases:
        parser.error(f"there is no {arguments.only}; there are {', '.join(sorted({case.row for case in every}))}")
    signal.signal(signal.SIGTERM, _interrupt)
    # MySQL and Kafka for the cases that bring no system with them.
    with ground() if any(case.needs_ground for case in cases) else nullcontext(None) as here:
        results = [_tried(case, here, with_control=not arguments.without_control) for case in cases]
    _write([{"topology": topology, **result} for result in results])
    return 0 if all(result["met"] for result in results) else 1


def _tried(case: Case, here: Ground | None, *, with_control: bool) -> dict[str, Any]:
    """A case that breaks off is not met, and the others are played all the same."""
    try:
        return _result(case, here, with_control=with_control)
    except Exception as error:
        traceback.print_exc()
        return {"row": case.row, "name": case.name, "broke_off": repr(error), "control_caught": None, "met": False}


def _result(case: Case, here: Ground | None, *, with_control: bool) -> dict[str, Any]:
    print(f"{case.row} {case.name}\n  promise: {case.promise}", flush=True)
    began = time.monotonic()
    verdict = asyncio.run(_played(case.play, here))
    print(f"  {verdict.line()}", flush=True)
    _show(verdict)
    caught = None
    if with_control and case.control is not None:
        control = asyncio.run(_played(case.control, here))
        caught = control.lost_something
        print(f"  control, without {case.guard}:\n  {control.line()}\n  {'caught' if caught else 'NOT CAUGHT'}")
        _show(control)
    in_time = verdict.unavailable_seconds <= case.unavailable_seconds_max
    met = verdict.is_clean and in_time and caught is not False
    print(f"  {'met' if met else 'NOT MET'} ({time.monotonic() - began:.0f} s)", flush=True)
    return {
        "row": case.row,
        "name": case.name,
        "promise": case.promise,
        "acked": verdict.acked,
        "lost": len(verdict.lost),
        "duplicated": len(verdict.duplicated),
        "out_of_order": len(verdict.out_of_order),
        "unclear": len(verdict.unclear),
        "unknown": verdict.unknown,
        "unavailable_seconds": round(verdict.unavailable_seconds, 2),
        "kinds": {kind: one.line() for kind, one in verdict.kinds.items()},
        "unavailable_seconds_max": case.unavailable_seconds_max,
        "control": case.guard,
        "control_caught": caught,
        "met": met,
    }


async def _played(play: Any, here: Ground | None) -> Verdict:
    verdict: Verdict = await play(here)
    return verdict


def _show(verdict: Verdict) -> None:
    for kind, one in verdict.kinds.items():
        print(f"    {kind}: {one.line()}", flush=True)
    for kind in ("lost", "duplicated", "out_of_order", "unclear"):
        for sentence in getattr(verdict, kind)[:_SHOWN]:
            print(f"    {kind}: {sentence}", flush=True)


def _write(results: list[dict[str, Any]]) -> None:
    """What other runs wrote about other rows, or on the other topology, stays."""
    rows = {(result["topology"], result["row"]) for result in results}
    known = json.loads(REPORT.read_text()) if REPORT.exists() else []
    kept = [result for result in known if (result.get("topology", "small"), result["row"]) not in rows]
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    report = sorted([*kept, *results], key=lambda result: int(result["row"][1:]))
    REPORT.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    print(f"report: {REPORT}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
