"""What this process counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


# Counted where Kafka is read, which is far from the process's registry.
records_passed = Counter(
    "queue_records_passed", "Kafka records that were set aside or passed over", ["topic", "reason"], registry=None
)


class Metrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(records_passed)
        self.joins = Counter("queue_joins", "Places given", registry=self.registry)
        self.eta_checked = Counter("queue_eta_checked", "Promised times that were checked", registry=self.registry)
        self.eta_inside = Counter("queue_eta_inside", "Of those: kept", registry=self.registry)
        self.refusals = Counter("queue_refusals", "Requests refused, by code", ["code"], registry=self.registry)

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
