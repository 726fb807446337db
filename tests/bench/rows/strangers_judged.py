"""What S11 says of a run. A flood that was not sent in this one keeps what an earlier one found, and says when."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.floods.kinds import FLOODS
from tests.bench.load.bystanders import KINDS, Waited
from tests.bench.places import REPORT
from tests.bench.results.histogram import merged
from tests.bench.results.report import Claim, Measured
from tests.harness.system.machine import commit

CONTROL = "control"  # beside the floods, and held to nothing
COST_AT_MOST = 2.0
MEMORY_AT_MOST = 1.25


@dataclass
class Flooded:
    """What was measured during one flood."""

    name: str
    waited: list[Waited] = field(default_factory=list)
    sent: dict[str, int] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)  # of each instance, right after the flood
    cores: dict[str, float] = field(default_factory=dict)  # of each process, during the flood


@dataclass(frozen=True)
class Run:
    """`before` and `after` are bytes of each instance."""

    floods: Sequence[Flooded]
    quiet: Sequence[Waited]
    before: Mapping[str, int]
    after: Mapping[str, int]


def judged(run: Run, *, report: Path = REPORT) -> Measured:
    floods = {**_earlier(report), **{flooded.name: _found(flooded, run.quiet) for flooded in run.floods}}
    held = {name: found for name, found in floods.items() if name != CONTROL}
    worst = max(held, key=lambda name: _ratio(held[name]))
    kind, (ours, peer, _) = max(held[worst]["p99_ms"].items(), key=lambda item: item[1][2])
    grown = max(run.before, key=lambda name: run.after[name] / run.before[name])
    return Measured(
        claims=(
            Claim(
                f"ms, p99 of {kind} while {worst} is flooded, against no flood",
                ours,
                peer,
                at_most=COST_AT_MOST,
                excuse=_excuse(run),
            ),
            Claim(
                f"MB of {grown} after all floods, against before them",
                run.after[grown] / 1e6,
                run.before[grown] / 1e6,
                at_most=MEMORY_AT_MOST,
            ),
        ),
        details={
            "floods": floods,
            "failed_without_flood": {kind: sum(waited.failed[kind] for waited in run.quiet) for kind in KINDS},
            "memory_mb": {
                name: [round(run.before[name] / 1e6, 1), round(run.after[name] / 1e6, 1)] for name in run.before
            },
        },
        series={"ratios": {name: _ratio(found) for name, found in floods.items()}},
    )


def _excuse(run: Run) -> str | None:
    """The control asks nothing of ours. Where even that costs others too much, the machine is short of processor."""
    control = next((flooded for flooded in run.floods if flooded.name == CONTROL), None)
    if control is None:
        return None
    ratio = max(cost for _, _, cost in costs_of(control.waited, run.quiet).values())
    return f"an nginx that only refuses cost others {ratio:.1f} in the same run" if ratio > COST_AT_MOST else None


def costs_of(flooded: Sequence[Waited], quiet: Sequence[Waited]) -> dict[str, tuple[float, float, float]]:
    """By kind: the 99th percentile in ms with a flood, without one, and their ratio.

    Each side is the median over its windows: what a flood costs, it costs each time that it comes, and a machine that
    stood still in one window of three for another reason would otherwise be taken for it.
    """
    return {
        kind: (ours, peer, ours / peer)
        for kind in KINDS
        for ours, peer in [(_median_p99(flooded, kind), _median_p99(quiet, kind))]
    }


def _median_p99(windows: Sequence[Waited], kind: str) -> float:
    found = [p99 for waited in windows if (p99 := waited.delays[kind].percentile_ms(99)) is not None]
    if not found:
        raise RuntimeError(f"nobody did {kind}")
    return median(found)


def _found(flooded: Flooded, quiet: Sequence[Waited]) -> dict[str, Any]:
    return {
        "p99_ms": {
            kind: [round(value, 2) for value in found] for kind, found in costs_of(flooded.waited, quiet).items()
        },
        "p99_ms_of_each_round": {
            kind: [waited.delays[kind].percentile_ms(99) for waited in flooded.waited] for kind in KINDS
        },
        "p99_ms_of_all_rounds": {
            kind: merged(waited.delays[kind] for waited in flooded.waited).percentile_ms(99) for kind in KINDS
        },
        "failed": {kind: sum(waited.failed[kind] for waited in flooded.waited) for kind in KINDS},
        "sent": flooded.sent,
        "cores": flooded.cores,
        "memory_mb": {name: round(size / 1e6, 1) for name, size in flooded.memory.items()},
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit(),
    }


def _ratio(found: Mapping[str, Any]) -> float:
    return max(float(ratio) for _, _, ratio in found["p99_ms"].values())


def _earlier(report: Path) -> dict[str, Any]:
    row = (json.loads(report.read_text()) if report.exists() else {}).get("S11") or {}
    floods = row.get("details", {}).get("floods", {})
    return {name: found for name, found in floods.items() if name in FLOODS}
