"""Is it up, is it slow, and which part?"""

from __future__ import annotations

from deploy.monitoring.boards.panel import Board, Panel, Unit, quantile, rate
from deploy.monitoring.expressions import bucket, count, series
from deploy.monitoring.rules import objectives
from salon_contracts.metrics import main, pages, shared

_REQUESTS = count(shared.HTTP_REQUEST_SECONDS)
_VITAL = bucket(pages.VITAL_SECONDS)
# Where there is no collector, as with METRICS_ONLY, nobody misses spans.
_DROPPED = f'sum(increase({series(shared.SPANS_DROPPED)}[5m])) and on () count(up{{job="collector"}})'
_LOST = " + ".join(
    f"({lost} or vector(0))"
    for lost in (
        _DROPPED,
        *(
            f"sum(increase(otelcol_exporter_{how}_failed_{what}[5m]))"
            for how in ("send", "enqueue")
            for what in ("spans", "log_records")
        ),
    )
)

OVERVIEW = Board(
    "overview",
    "Overview",
    "Is it up, is it slow, since which release, which part?",
    (
        Panel("Processes down", 'count(up{job="salon"} == 0) or vector(0)', bad_from=1),
        Panel("Processes by release", 'count by (version) (up{job="salon"} == 1)', by="version"),
        Panel("Page as people see it", "min(probe_success)", bad_below=1),
        Panel("Requests", rate(_REQUESTS, "service"), Unit.PER_SECOND, "service"),
        Panel(
            "Failures of all requests, 5 min",
            objectives.AVAILABILITY.ratio("5m"),
            Unit.SHARE,
            "service",
            bad_from=objectives.WAKES_SOMEBODY * objectives.AVAILABILITY.allowed,
        ),
        Panel(
            "Slow answers of all, 5 min",
            objectives.LATENCY.ratio("5m"),
            Unit.SHARE,
            "service",
            bad_from=objectives.WAKES_SOMEBODY * objectives.LATENCY.allowed,
        ),
        Panel(
            "p95 of answers", quantile(0.95, bucket(shared.HTTP_REQUEST_SECONDS), "service"), Unit.SECONDS, "service"
        ),
        Panel(
            "Slowest addresses, p95",
            f"topk(5, {quantile(0.95, bucket(shared.HTTP_REQUEST_SECONDS), 'route')} > 0)",
            Unit.SECONDS,
            "route",
        ),
        Panel(
            "Largest paint in browsers, p75",
            f'histogram_quantile(0.75, sum by (page, le) (rate({_VITAL}{{vital="lcp"}}[10m])))',
            Unit.SECONDS,
            "page",
            bad_from=4,
        ),
        Panel(
            "Slowest answer to a click in browsers, p75",
            f'histogram_quantile(0.75, sum by (page, le) (rate({_VITAL}{{vital="inp"}}[10m])))',
            Unit.SECONDS,
            "page",
            bad_from=0.5,
        ),
        Panel("Errors of scripts in browsers", f"sum by (page) (increase({series(pages.ERRORS)}[10m]))", by="page"),
        Panel("Outbox: oldest event", f"max({series(main.OUTBOX_OLDEST)})", Unit.SECONDS, bad_from=30),
        Panel("Outbox: parked events", f"max({series(main.OUTBOX_PARKED_ROWS)})", bad_from=1),
        Panel("Spans and log lines lost, 5 min", _LOST, bad_from=1),
        Panel("Processor by process", 'rate(process_cpu_seconds_total{job="salon"}[1m])', Unit.SHARE, "process"),
        Panel("Memory by process", 'process_resident_memory_bytes{job="salon"}', Unit.BYTES, "process"),
    ),
)
