"""What the panels of a board show at this moment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from deploy.monitoring.boards.marks import RELEASES
from deploy.monitoring.boards.panel import Board, Panel, Unit
from deploy.monitoring.prometheus_api import Prometheus, Sample

LINES_AT_MOST = 10
WHOLE_FROM = 10
HIDDEN = frozenset({"__name__", "alertname", "alertstate", "severity", "instance", "job"})
# The process of a release that has run for longest: it came with the release, others may have been started again.
SINCE = 'min by (version) (process_start_time_seconds{job="salon"} and on (process) up{job="salon"} == 1)'


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
    # Seconds since 1970, of its condition; None where that is not known.
    since: float | None = None
    # In Korean and in English; what its runbook says is to be done.
    sentences: tuple[str, ...] = ()
    do: str = ""


@dataclass(frozen=True)
class Release:
    """`since` in seconds since 1970."""

    version: str
    processes: int
    since: float


def read(prometheus: Prometheus, board: Board) -> list[Reading]:
    """Raises NotAnswered."""
    return [Reading(panel, _values(panel, prometheus.now(panel.query))) for panel in board.panels]


def firing(prometheus: Prometheus) -> list[Firing]:
    """The alerts that people are told of now, those that began first in front. Raises NotAnswered."""
    found = [
        _firing(one["labels"], one["annotations"], one["activeAt"])
        for one in prometheus.alerts()
        if one["state"] == "firing" and one["labels"].get("severity") != "none"
    ]
    return sorted(found, key=lambda one: one.since or math.inf)


def _firing(labels: Mapping[str, str], annotations: Mapping[str, str], since: str) -> Firing:
    return Firing(
        labels["alertname"],
        labels.get("severity", ""),
        ", ".join(value for label, value in sorted(labels.items()) if label not in HIDDEN),
        datetime.fromisoformat(since).timestamp(),
        tuple(annotations[name] for name in ("summary_ko", "summary_en") if name in annotations),
        annotations.get("do", ""),
    )


def releases(prometheus: Prometheus) -> list[Release]:
    """What runs, the newest first. Raises NotAnswered."""
    counted = {one.labels.get("version", ""): int(one.value) for one in prometheus.now(RELEASES)}
    found = [
        Release(version, counted.get(version, 0), one.value)
        for one in prometheus.now(SINCE)
        if (version := one.labels.get("version", "")) in counted
    ]
    return sorted(found, key=lambda one: one.since, reverse=True)


def began_under(alert: Firing, ran: Sequence[Release]) -> Release | None:
    """The newest release that ran already when the alert began: is it that one's?"""
    return next((release for release in ran if alert.since is not None and release.since <= alert.since), None)


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
            return f"{value:.1f}/s" if value >= 1 or value == 0 else f"{value:.2f}/s"
        case Unit.NUMBER:
            # `increase` reckons to the ends of its window: whole things come out as fractions.
            return f"{value:.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"


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
