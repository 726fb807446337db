"""Rate, errors and duration of requests, by the template of their address and never by what strangers typed."""

from __future__ import annotations

from http import HTTPStatus

from prometheus_client import REGISTRY, CollectorRegistry

from salon_contracts.metrics.definition import OTHER
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS
from salon_kit.metrics.instruments import histograms

NO_ROUTE = "none"


class RequestMetrics:
    def __init__(self, registry: CollectorRegistry = REGISTRY) -> None:
        self._seconds = histograms(HTTP_REQUEST_SECONDS, registry)

    def answered(self, *, method: str, route: str | None, status: int, seconds: float) -> None:
        """`route` is None where the address is none of ours."""
        # A method that a route does not take is worth no series for each of them.
        counted = OTHER if route is None or status == HTTPStatus.METHOD_NOT_ALLOWED else method
        self._seconds.labels(counted, route or NO_ROUTE, status_class(status)).observe(seconds)


def status_class(status: int) -> str:
    return f"{status // 100}xx"
