"""The report: one row for each claim, `null` for what was not measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.harness.system.machine import commit, machine

ALL_ROWS = ("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S11")


@dataclass(frozen=True)
class Claim:
    """Ours against a peer, as one number. `goal` is a bound on the ratio."""

    what: str
    ours: float | None
    peer: float | None
    at_most: float | None = None
    at_least: float | None = None
    excuse: str | None = None
    """Why a goal that is missed says nothing of ours, if so: then it is neither met nor missed."""

    @property
    def ratio(self) -> float | None:
        return self.ours / self.peer if self.ours is not None and self.peer else None

    @property
    def goal(self) -> str:
        return f"<= {self.at_most}" if self.at_most is not None else f">= {self.at_least}"

    @property
    def met(self) -> bool | None:
        """None when it could not be measured."""
        ratio = self.ratio
        if ratio is None:
            return None
        holds = ratio <= self.at_most if self.at_most is not None else ratio >= (self.at_least or 0.0)
        return None if self.excuse and not holds else holds

    def row(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "ours": _rounded(self.ours),
            "peer": _rounded(self.peer),
            "ratio": _rounded(self.ratio),
            "goal": self.goal,
            "met": self.met,
            "excuse": self.excuse,
        }


@dataclass(frozen=True)
class Measured:
    """A row: its first claim is the headline, and it is met when all are. `series` is for the plots."""

    claims: tuple[Claim, ...]
    details: dict[str, Any] = field(default_factory=dict)
    series: dict[str, Any] = field(default_factory=dict)

    def row(self, *, command: str) -> dict[str, Any]:
        met = [claim.met for claim in self.claims]
        return {
            **self.claims[0].row(),
            "met": None if None in met else all(met),
            "command": command,
            "machine": machine(),
            "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "commit": commit(),
            "claims": [claim.row() for claim in self.claims],
            "details": self.details,
            "series": self.series,
        }


def write(path: Path, rows: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The new rows over those of earlier runs, each of which says when and with what it was measured."""
    earlier = json.loads(path.read_text()) if path.exists() else {}
    report = {name: rows.get(name) or earlier.get(name) for name in ALL_ROWS}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return report


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")
