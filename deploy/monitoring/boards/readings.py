"""What the panels of a board show at this moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from deploy.monitoring.boards.panel import Board, Panel, Unit
from deploy.monitoring.prometheus_api import Prometheus, Sample

LINES_AT_MOST = 10


@dataclass(frozen=True)
class Value:
    name: str
    value: float
    is_bad: bool


@dataclass(frozen=True)
class Reading:
    panel: Panel
    values: Sequence[Value]


@dataclass(frozen=True)
class Firing:
    name: str
    severity: str
    about: str


def read(prometheus: Prometheus, board: Board) -> list[Reading]:
    """Raises NotAnswered."""
    return [Reading(panel, _values(panel, prometheus.now(panel.query))) for panel in board.panels]


def firing(prometheus: Prometheus) -> list[Firing]:
    """The alerts that people are told of now. Raises NotAnswered."""
    found = prometheus.now('ALERTS{alertstate="firing",severity!="none"}')
    hidden = {"__name__", "alertname", "alertstate", "severity", "instance", "job"}
    return [
        Firing(
            one.labels["alertname"],
            one.labels.get("severity", ""),
            ", ".join(value for label, value in sorted(one.labels.items()) if label not in hidden),
        )
        for one in found
    ]


def shown(value: float, unit: Unit) -> str:
    """With as many digits as one can take in."""
    if math.isnan(value):
        return "–"
    match unit:
        case Unit.SECONDS:
            return f"{value * 1000:.0f} ms" if abs(value) < 1 else f"{value:.1f} s"
        case Unit.BYTES:
            return f"{value / 2**20:.0f} MB" if value < 2**30 else f"{value / 2**30:.2f} GB"
        case Unit.SHARE:
            return f"{value * 100:.2f} %"
        case Unit.PER_SECOND:
            return f"{value:.1f}/s"
        case Unit.NUMBER:
            return f"{value:g}"


def is_bad(panel: Panel, value: float) -> bool:
    too_much = panel.bad_from is not None and value >= panel.bad_from
    too_little = panel.bad_below is not None and value < panel.bad_below
    return too_much or too_little


def _values(panel: Panel, samples: Sequence[Sample]) -> list[Value]:
    values = [Value(name_of(panel, one.labels), one.value, is_bad(panel, one.value)) for one in samples]
    # What is bad must not be cut off.
    return sorted(values, key=lambda one: (not one.is_bad, one.name))[:LINES_AT_MOST]


def name_of(panel: Panel, labels: object) -> str:
    return str(dict(labels).get(panel.by, "")) if isinstance(labels, dict) and panel.by else ""
