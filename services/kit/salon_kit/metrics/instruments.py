"""Counters, gauges and histograms whose labels take no more values than their definition allows."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import Generic, TypeVar

from prometheus_client import (
    GC_COLLECTOR,
    PROCESS_COLLECTOR,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
)
from prometheus_client.core import GaugeMetricFamily

from salon_contracts.metrics.definition import OTHER, Kind, Label, Metric

ChildT = TypeVar("ChildT", Counter, Gauge, Histogram)


def own_registry() -> CollectorRegistry:
    """With what the library tells of the process itself: processor time, memory, open files, garbage collections."""
    registry = CollectorRegistry()
    registry.register(PROCESS_COLLECTOR)
    registry.register(GC_COLLECTOR)
    return registry


def counter(metric: Metric, registry: CollectorRegistry | None = REGISTRY) -> Counter:
    _insist(metric, Kind.COUNTER, labelled=False)
    return Counter(metric.name, metric.meaning, registry=registry)


def gauge(metric: Metric, registry: CollectorRegistry | None = REGISTRY) -> Gauge:
    _insist(metric, Kind.GAUGE, labelled=False)
    return Gauge(metric.name, metric.meaning, registry=registry)


def histogram(metric: Metric, registry: CollectorRegistry | None = REGISTRY) -> Histogram:
    _insist(metric, Kind.HISTOGRAM, labelled=False)
    return Histogram(metric.name, metric.meaning, buckets=metric.buckets, registry=registry)


def counters(metric: Metric, registry: CollectorRegistry | None = REGISTRY) -> Labelled[Counter]:
    _insist(metric, Kind.COUNTER, labelled=True)
    return Labelled(metric, Counter(metric.name, metric.meaning, _names(metric), registry=registry))


def gauges(metric: Metric, registry: CollectorRegistry | None = REGISTRY) -> Labelled[Gauge]:
    _insist(metric, Kind.GAUGE, labelled=True)
    return Labelled(metric, Gauge(metric.name, metric.meaning, _names(metric), registry=registry))


def histograms(metric: Metric, registry: CollectorRegistry | None = REGISTRY) -> Labelled[Histogram]:
    _insist(metric, Kind.HISTOGRAM, labelled=True)
    family = Histogram(metric.name, metric.meaning, _names(metric), buckets=metric.buckets, registry=registry)
    return Labelled(metric, family)


def family(metric: Metric, samples: Iterable[tuple[tuple[str, ...], float]]) -> GaugeMetricFamily:
    """For gauges that are read from living objects at each scrape: label values and value of each."""
    _insist(metric, Kind.GAUGE, labelled=bool(metric.labels))
    found = GaugeMetricFamily(metric.name, metric.meaning, labels=_names(metric))
    for values, value in samples:
        found.add_metric(values, value)
    return found


class Labelled(Generic[ChildT]):
    """One instrument for each combination of label values, in the order in which the definition has the labels."""

    def __init__(self, metric: Metric, family: ChildT) -> None:
        self.family: ChildT = family
        self._bounds = tuple(map(_Bound, metric.labels))
        self._children: dict[tuple[str, ...], ChildT] = {}
        self._lock = threading.Lock()

    def labels(self, *values: str) -> ChildT:
        """A value that is one too many, or not of the closed list, counts as `other`."""
        child = self._children.get(values)
        if child is None:
            with self._lock:
                bounded = tuple(bound.of(value) for bound, value in zip(self._bounds, values, strict=True))
                child = self.family.labels(*bounded)
                # Only those: what strangers send must not be kept as a key either.
                if bounded == values:
                    self._children[values] = child
        return child

    def forget(self, *values: str) -> None:
        """The series is no more; somebody else has it now."""
        with self._lock:
            self._children.pop(values, None)
            with suppress(KeyError):
                self.family.remove(*values)

    def clear(self) -> None:
        with self._lock:
            self._children.clear()
            self.family.clear()
            for bound in self._bounds:
                bound.clear()


class _Bound:
    def __init__(self, label: Label) -> None:
        self._label = label
        self._seen: set[str] = set(label.values)

    def of(self, value: str) -> str:
        if value in self._seen:
            return value
        if len(self._seen) >= (self._label.most or len(self._label.values)):
            return OTHER
        self._seen.add(value)
        return value

    def clear(self) -> None:
        self._seen = set(self._label.values)


def _names(metric: Metric) -> tuple[str, ...]:
    return tuple(label.name for label in metric.labels)


def _insist(metric: Metric, kind: Kind, *, labelled: bool) -> None:
    if metric.kind is not kind or bool(metric.labels) != labelled:
        raise ValueError(f"{metric.name} is a {metric.kind.value} with labels {_names(metric)}")
