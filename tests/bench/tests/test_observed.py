"""S10's sides differ in what they are said to differ in, and its claims are the medians of both."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench import options
from tests.bench.observed.launcher import WHAT_COUNTS
from tests.bench.observed.messages import Talked
from tests.bench.observed.sides import LAUNCHER, both
from tests.bench.observed.visits import Visited
from tests.bench.rows import observed
from tests.bench.rows.joins import Load
from tests.bench.rows.observed import Rounds

pytestmark = pytest.mark.unit
A_PROGRAM = """
from salon_contracts.metrics import main, shared
from salon_kit.logs import configure_logs, get_logger
from salon_kit.metrics.instruments import counter, counters, histograms
configure_logs(service="queue", log_format="json")
get_logger("queue").warning("joined")
records, batches = counters(shared.CONSUMER_RECORDS), histograms(shared.CONSUMER_BATCH)
copies = counter(main.CHAT_COPIES)
records.labels("group").inc()
copies.inc()
batches.labels("group").observe(3)
every = (records.family, copies, batches.family)
print(sum(s.value for one in every for m in one.collect() for s in m.samples if s.name.endswith(("_total", "_count"))))
"""


@pytest.mark.parametrize(("side", "lines", "counted"), [("on", 1, 3.0), ("off", 0, 0.0)])
@pytest.mark.parametrize("as_module", [True, False])
def test_a_program_writes_and_counts_on_one_side_only(
    tmp_path: Path, side: str, lines: int, counted: float, as_module: bool
) -> None:
    (tmp_path / "program.py").write_text(A_PROGRAM)
    words = ["-m", "program"] if as_module else ["program.py"]

    ran = subprocess.run(
        [sys.executable, LAUNCHER, side, *words], cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert (len(ran.stderr.splitlines()), float(ran.stdout)) == (lines, counted)


def test_nothing_that_counts_is_left_out() -> None:
    from prometheus_client import Counter, Gauge, Histogram

    kinds = (Counter, Gauge, Histogram)
    changing = {name for kind in kinds for name, of_kind in vars(kind).items() if callable(of_kind) and name[0] != "_"}
    assert changing - {"reset", "time", "count_exceptions", "track_inprogress", "set_to_current_time"} == WHAT_COUNTS


def test_only_the_side_that_is_on_sends_spans_and_says_no_share_of_its_own() -> None:
    on, off = both("http://127.0.0.1:4318/v1/traces")

    assert on.spans == {"SALON_TRACES_ENDPOINT": "http://127.0.0.1:4318/v1/traces"}
    assert off.spans == {}


def test_the_medians_of_both_sides_are_held_against_each_other() -> None:
    on = Rounds(
        [Load(per_second, 1, 2, 1.0, megabytes=90) for per_second in (10, 95, 96)],
        [Visited(80, 1, 2, 0.8, 150)],
        [Talked(400, 1, 2, 0.5)],
    )
    off = Rounds(
        [Load(per_second, 1, 2, 1.0, megabytes=80) for per_second in (100, 100, 500)],
        [Visited(100, 1, 2, 1.0, 150)],
        [Talked(400, 1, 2, 0.4)],
    )

    row = observed.measured(on, off, "a sink", options.read([])).row(command="make bench ONLY=S10")

    ratios = {claim["what"]: (claim["ratio"], claim["met"]) for claim in row["claims"]}
    assert list(ratios.values()) == [
        (0.95, True),
        (0.95, True),
        (0.8, False),
        (1.0, True),
        (0.8, False),
        (1.125, True),
        (1.0, True),
    ]
    assert row["met"] is False
    assert row["details"]["joins off"][2]["per_second"] == 500
