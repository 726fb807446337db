"""Names of series in PromQL, taken from the lists, so that a metric cannot be renamed under a rule."""

from __future__ import annotations

from salon_contracts.metrics.definition import Kind, Metric


def series(metric: Metric) -> str:
    """Of a counter or a gauge: its one name in a query."""
    if metric.kind is Kind.HISTOGRAM:
        raise ValueError(f"{metric.name} has a bucket, a sum and a count")
    return metric.series[0]


def bucket(metric: Metric) -> str:
    return _of_histogram(metric, "_bucket")


def count(metric: Metric) -> str:
    return _of_histogram(metric, "_count")


def total(metric: Metric) -> str:
    return _of_histogram(metric, "_sum")


def _of_histogram(metric: Metric, ending: str) -> str:
    if metric.kind is not Kind.HISTOGRAM:
        raise ValueError(f"{metric.name} is no histogram")
    return metric.name + ending
