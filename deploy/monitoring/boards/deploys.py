"""What a release has changed: the same numbers, one line for each version that runs."""

from __future__ import annotations

from deploy.monitoring.boards.marks import RELEASES
from deploy.monitoring.boards.panel import Board, Panel, Unit
from deploy.monitoring.boards.readings import SINCE
from deploy.monitoring.expressions import bucket, count
from deploy.monitoring.rules import objectives
from salon_contracts.metrics.shared import HTTP_REQUEST_SECONDS

_ALL, _BUCKET = count(HTTP_REQUEST_SECONDS), bucket(HTTP_REQUEST_SECONDS)
_REQUESTS = f"sum by (version) (rate({_ALL}[2m]))"
_FAILED = f'sum by (version) (rate({_ALL}{{status="5xx"}}[2m]))'

DEPLOYS = Board(
    "deploys",
    "Deploys",
    "Since which release, and what is different with it?",
    (
        Panel("Processes by release", RELEASES, by="version"),
        Panel("Release runs for", f"time() - ({SINCE})", Unit.SECONDS, "version"),
        Panel("Requests by release", _REQUESTS, Unit.PER_SECOND, "version"),
        Panel(
            "Failures of all requests by release",
            f"({_FAILED} or 0 * {_REQUESTS}) / ({_REQUESTS} > 0)",
            Unit.SHARE,
            "version",
            bad_from=objectives.WAKES_SOMEBODY * objectives.AVAILABILITY.allowed,
        ),
        Panel(
            "p50 of answers by release",
            f"histogram_quantile(0.5, sum by (le, version) (rate({_BUCKET}[2m])))",
            Unit.SECONDS,
            "version",
        ),
        Panel(
            "p95 of answers by release",
            f"histogram_quantile(0.95, sum by (le, version) (rate({_BUCKET}[2m])))",
            Unit.SECONDS,
            "version",
        ),
        Panel(
            "Processor by release",
            'sum by (version) (rate(process_cpu_seconds_total{job="salon"}[2m]))',
            Unit.SHARE,
            "version",
        ),
        Panel(
            "Memory by release", 'sum by (version) (process_resident_memory_bytes{job="salon"})', Unit.BYTES, "version"
        ),
        Panel(
            "Started again within an hour",
            'sum by (process) (changes(process_start_time_seconds{job="salon"}[1h]))',
            by="process",
        ),
    ),
)
