"""What this process counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from salon_contracts.metrics import queue as listed
from salon_kit.metrics.instruments import counter, counters, histograms, own_registry
from salon_kit.metrics.requests import RequestMetrics, status_class
from salon_kit.metrics.spans import dropped as spans_dropped

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


# Counted where Kafka is read, which is far from the process's registry.
records_passed = counters(listed.RECORDS_PASSED, None)
# And where a step of one line fails.
line_faults = counters(listed.LINE_FAULTS, None)
for _step in listed.LINE_FAULTS.labels[0].values:
    line_faults.labels(_step)  # from 0 on: what begins with 1 has not grown, and nobody would be told


class Metrics:
    def __init__(self) -> None:
        self.registry = own_registry()
        self.registry.register(records_passed.family)
        self.registry.register(line_faults.family)
        self.registry.register(spans_dropped.family)
        self.joins = counter(listed.JOINS, self.registry)
        self.eta_checked = counter(listed.ETA_CHECKED, self.registry)
        self.eta_inside = counter(listed.ETA_INSIDE, self.registry)
        self.refusals = counters(listed.REFUSALS, self.registry)
        self._requests = RequestMetrics(self.registry)
        self._openings = histograms(listed.STREAM_OPENING_SECONDS, self.registry)

    def answered(self, *, method: str, route: str | None, is_stream: bool, status: int, seconds: float) -> None:
        """Until an answer began: a stream's end has nothing to do with how fast we are."""
        if is_stream and status < HTTPStatus.BAD_REQUEST:
            self._openings.labels(route or "", status_class(status)).observe(seconds)
        else:
            self._requests.answered(method=method, route=route, status=status, seconds=seconds)

    def watch(self, read: Callable[[], Iterable[GaugeMetricFamily]]) -> None:
        """Take gauges from the living objects at each scrape."""
        self.registry.register(_Watched(read))

    def joins_so_far(self) -> float:
        return next(sample.value for metric in self.joins.collect() for sample in metric.samples)

    def text(self) -> bytes:
        return generate_latest(self.registry)


class _Watched(Collector):
    def __init__(self, read: Callable[[], Iterable[GaugeMetricFamily]]) -> None:
        self._read = read

    def collect(self) -> Iterable[GaugeMetricFamily]:
        return self._read()
