"""When something began, from curves of Prometheus: a release that was there nowhere before is what a deploy is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deploy.monitoring.prometheus_api import Curve, Prometheus

RELEASES = 'count by (version) (up{job="salon"} == 1)'
# Where Grafana draws a line: a process runs a release that it did not run a minute before.
BEGAN = 'count by (version) (up{job="salon"} unless up{job="salon"} offset 1m)'
# A gap of so many steps is an end; less is a scrape that was missed.
STEPS_OF_A_GAP = 3


@dataclass(frozen=True)
class Mark:
    """`at` in seconds since 1970, as exact as the step of what was asked."""

    at: float
    name: str


def deploys(prometheus: Prometheus, *, start: float, end: float, step: float) -> list[Mark]:
    """Also those that were taken back, and the way back where the old release had gone everywhere.

    Raises NotAnswered. Where nothing runs for a while, as at night on one's own machine, its return is none.
    """
    curves = prometheus.since(RELEASES, start=start, end=end, step=step)
    ran = sorted(at for curve in curves for at, _ in curve.points)
    began = [
        Mark(at, curve.labels.get("version", ""))
        for curve in curves
        for at in beginnings(curve, step=step)
        if any(at - STEPS_OF_A_GAP * step <= one < at for one in ran)
    ]
    return sorted(began, key=lambda mark: mark.at)


def beginnings(curve: Curve, *, step: float) -> Iterator[float]:
    """The first point, and each after a gap."""
    before: float | None = None
    for at, _ in curve.points:
        if before is None or at - before > STEPS_OF_A_GAP * step:
            yield at
        before = at


def named(curves: Sequence[Curve], label: str) -> list[str]:
    return sorted({curve.labels.get(label, "") for curve in curves})
