"""What main's HTTP endpoints can be watched by."""

from __future__ import annotations

from salon_kit.metrics.requests import RequestMetrics

requests = RequestMetrics()
