"""Which metrics a query asks for, and whether there are such (`selectors.py` lists what nobody answers).

A query for a name that nobody says is answered with nothing, which looks just like all being well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from deploy.monitoring.boards import answers, marks, readings
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.people import day
from deploy.monitoring.rules import objectives
from deploy.monitoring.rules.catalogue import ALERTS
from salon_contracts.metrics import catalogue

# What others say: Prometheus and its libraries, and Debian's exporters. A test on a running system asks for each.
FOREIGN = frozenset(
    {
        "up",
        "process_cpu_seconds_total",
        "process_resident_memory_bytes",
        "process_open_fds",
        "process_start_time_seconds",
        "scrape_duration_seconds",
        "probe_success",
        "probe_duration_seconds",
        "probe_ssl_earliest_cert_expiry",
        "alertmanager_notifications_failed_total",
        "ALERTS",
        "redis_up",
        "redis_instance_info",
        "redis_connected_slaves",
        "redis_memory_used_bytes",
        "redis_commands_processed_total",
        "mysql_up",
        "mysql_perf_schema_replication_group_member_info",
        "mysql_global_status_threads_running",
        "mysql_global_status_queries",
        "node_filesystem_avail_bytes",
        "node_filesystem_size_bytes",
        "node_memory_MemAvailable_bytes",
        "node_cpu_seconds_total",
        "nginx_connections_active",
        "nginx_http_requests_total",
        "haproxy_server_status",
        "otelcol_exporter_send_failed_spans",
        "otelcol_exporter_enqueue_failed_spans",
        "otelcol_exporter_send_failed_log_records",
        "otelcol_exporter_enqueue_failed_log_records",
    }
)
_WORDS = {
    "and",
    "or",
    "unless",
    "bool",
    "offset",
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "inf",
}
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')
_SELECTORS = re.compile(r"\{[^}]*\}|\[[^\]]*\]")
_LABELS = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)")
_NUMBERS = re.compile(r"(?<![\w:])\d[\w.]*")
_NAMES = re.compile(r"[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])")


def names_in(query: str) -> set[str]:
    """The metrics of a PromQL expression, without functions, labels and strings."""
    text = _STRINGS.sub('""', query)
    for pattern in (_SELECTORS, _LABELS, _NUMBERS):
        text = pattern.sub(" ", text)
    return {name for name in _NAMES.findall(text) if name.lower() not in _WORDS}


def known() -> set[str]:
    ours = {series for metric in catalogue.ALL for series in metric.series}
    return ours | FOREIGN | set(objectives.recorded())


def queries() -> Iterator[tuple[str, str]]:
    """Where each query stands, and the query."""
    for name, expression in objectives.recorded().items():
        yield f"rule {name}", expression
    for alert in ALERTS:
        yield f"alert {alert.name}", alert.expression
    for board in BOARDS:
        for panel in board.panels:
            yield f"panel {board.uid}/{panel.title}", panel.query
    for query in day.QUERIES:
        yield "daily line", query.replace("$day", "1d")
    for query in (marks.RELEASES, marks.BEGAN, readings.SINCE, *answers.QUERIES):
        yield "status", query


def unknown() -> list[str]:
    return [f"{where}: {name}" for where, query in queries() for name in sorted(names_in(query) - known())]
