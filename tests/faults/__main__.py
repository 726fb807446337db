"""`python -m tests.faults [--only F5] [--case WORDS]`: plays the faults and their controls.

Each play is written to .local/faults/report.json as soon as it is over.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from types import FrameType
from typing import Any

from tests.faults import report
from tests.faults.cases import BY_TOPOLOGY, EVERY
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.ground import Ground, ground
from tests.faults.places import REPORT

_SHOWN = 4


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--only", default=None, help="one row, such as F6")
    parser.add_argument("--case", default="", help="only those of its cases in whose name these words stand")
    parser.add_argument("--without-control", action="store_true", help="only the product as it is: the row is not met")
    arguments = parser.parse_args()
    topology = os.environ.get("TOPOLOGY") or "small"
    cases = [case for case in BY_TOPOLOGY[topology] if arguments.only in {None, "", case.row}]
    cases = [case for case in cases if arguments.case in case.name]
    if not cases:
        parser.error(
            "there is none such; there are\n" + "\n".join(f"{one.row} {one.name}" for one in BY_TOPOLOGY[topology])
        )
    signal.signal(signal.SIGTERM, _interrupt)
    # MySQL and Kafka for the cases that bring no system with them.
    with ground() if any(case.needs_ground for case in cases) else nullcontext(None) as here:
        play = partial(_tried, here=here, topology=topology, with_control=not arguments.without_control)
        met = [_written(case, play) for case in cases]
    return 0 if all(met) else 1


def _written(case: Case, play: Callable[[Case], dict[str, Any]]) -> bool:
    result = play(case)
    report.write(REPORT, case, result, every=EVERY)
    return bool(result["met"])


def _tried(case: Case, here: Ground | None, *, topology: str, with_control: bool) -> dict[str, Any]:
    """A case that breaks off is not met, and the others are played all the same."""
    try:
        return _result(case, here, topology=topology, with_control=with_control)
    except Exception as error:
        traceback.print_exc()
        return report.broke_off(case, error, topology=topology)


def _result(case: Case, here: Ground | None, *, topology: str, with_control: bool) -> dict[str, Any]:
    print(f"{case.row} {case.name}\n  promise: {case.promise}", flush=True)
    began = time.monotonic()
    verdict = asyncio.run(_played(case.play, here))
    print(f"  {verdict.line()}", flush=True)
    _show(verdict)
    control = None
    if with_control and case.control is not None:
        control = asyncio.run(_played(case.control, here))
        caught = "caught" if control.lost_something else "NOT CAUGHT"
        print(f"  control, without {case.guard}:\n  {control.line()}\n  {caught}")
        _show(control)
    result = report.played(case, verdict, control, topology=topology)
    print(f"  {'met' if result['met'] else 'NOT MET'} ({time.monotonic() - began:.0f} s)", flush=True)
    return result


async def _played(play: Any, here: Ground | None) -> Verdict:
    verdict: Verdict = await play(here)
    return verdict


def _show(verdict: Verdict) -> None:
    for kind, one in verdict.kinds.items():
        print(f"    {kind}: {one.line()}", flush=True)
    for kind in ("lost", "duplicated", "out_of_order", "unclear"):
        for sentence in getattr(verdict, kind)[:_SHOWN]:
            print(f"    {kind}: {sentence}", flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
