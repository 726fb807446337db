"""`python -m tests.bench [--only S1]`: measure, print the ratios, write the report and its page."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from deploy.local.failure import CannotGoOn
from deploy.local.places import ROOT
from tests.bench import options
from tests.bench.options import CLIENT_CORE, Options
from tests.bench.places import PAGE, REPORT
from tests.bench.results import page, report
from tests.bench.results.report import Measured
from tests.bench.rows import commands_per_tick, drop, frame_delivery, idle, joins, mixed, observed, search, strangers

MEASURE: dict[str, Callable[[Options], Measured]] = {
    "S1": frame_delivery.measure,
    "S2": commands_per_tick.measure,
    "S3": joins.measure,
    "S4": drop.measure,
    "S7": search.measure,
    "S8": idle.measure,
    "S9": mixed.measure,
    "S10": observed.measure,
    "S11": strangers.measure,
}


def main() -> int:
    chosen = options.read()
    command = " ".join(["python -m tests.bench", *sys.argv[1:]])
    rows = {}
    try:
        for name in chosen.only:
            print(f"{name} …", flush=True)
            # Whatever is started without a core of its own (Redis, Kafka, clients) leaves the server's core alone.
            os.sched_setaffinity(0, {CLIENT_CORE})
            rows[name] = MEASURE[name](chosen).row(command=command)
            written = report.write(REPORT, rows)
            page.write(PAGE, written)
            _show(name, rows[name])
    except CannotGoOn as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"report: {REPORT.relative_to(ROOT)}, page: {PAGE.relative_to(ROOT)}")
    return 0


def _show(name: str, row: dict[str, object]) -> None:
    claims = row["claims"]
    assert isinstance(claims, list)
    for claim in claims:
        verdict = {True: "met", False: "NOT MET", None: f"no verdict, {claim['excuse'] or 'not measured'}"}[
            claim["met"]
        ]
        print(f"{name}  {claim['what']}: ours {claim['ours']}, peer {claim['peer']}, ratio {claim['ratio']}", end="")
        print(f" (goal {claim['goal']}): {verdict}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
