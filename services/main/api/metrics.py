"""What main's HTTP endpoints can be watched by."""

from __future__ import annotations

from prometheus_client import Histogram

request_seconds = Histogram(
    "main_http_request_seconds",
    "Time from entering Django to the answer",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5),
)
