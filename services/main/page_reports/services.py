"""Counting a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from page_reports import metrics

# From web.dev's thresholds of Cumulative Layout Shift.
GOOD_BELOW, FAIR_BELOW = 0.1, 0.25


def count_report(
    *, page: str, vitals: Mapping[str, float], layout_shift: float | None, failures: Sequence[Mapping[str, str]]
) -> None:
    """`vitals` in seconds. `page` is where the load began, each failure has the page on which it happened."""
    metrics.loads.labels(page).inc()
    for vital, seconds in vitals.items():
        metrics.vital_seconds.labels(vital, page).observe(seconds)
    if layout_shift is not None:
        metrics.layout_shifts.labels(rating(layout_shift), page).inc()
    for failure in failures:
        metrics.errors.labels(failure["kind"], failure["page"]).inc()


def rating(layout_shift: float) -> str:
    if layout_shift < GOOD_BELOW:
        return "good"
    return "fair" if layout_shift < FAIR_BELOW else "poor"
