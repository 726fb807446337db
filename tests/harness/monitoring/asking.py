"""What every query of rules and boards must be answered with on a system at work, as sentences of what is not so."""

from __future__ import annotations

from collections.abc import Collection

from deploy.monitoring import names, selectors
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.boards.panel import Panel
from tests.harness.monitoring.watched import Watched

JOBS = frozenset(
    {"salon", "mysql", "redis", "mongodb", "nginx", "page", "prometheus", "alertmanager", "relay", "kafka-watch"}
)
# Of a page with a certificate, and of an alert that fires or is about to.
SELDOM = frozenset({"probe_ssl_earliest_cert_expiry", "ALERTS"})
# Of the programs for logs and traces, which `make monitoring-test` starts.
OF_THE_PIPELINE = frozenset(name for name in names.FOREIGN if name.startswith("otelcol_"))
OF_TWO_ZONES = frozenset({"mysql_perf_schema_replication_group_member_info", "haproxy_server_status"})
# What nothing has where nothing went wrong: by label and value.
WHEN_SOMETHING_IS_WRONG = frozenset(
    {("status", "5xx"), ("reason", "set-aside"), ("outcome", "failed"), ("alertstate", "firing")}
)


def not_asked_or_sick(watched: Watched, *, jobs: Collection[str] = JOBS) -> dict[str, str]:
    asked = {one["labels"]["job"] for one in watched.prometheus.targets()}
    return {**watched.sick_targets(), **dict.fromkeys(set(jobs) - asked, "is not asked")}


def processes_that_answer(watched: Watched) -> set[str]:
    return {one.labels["process"] for one in watched.prometheus.now('up{job="salon"} == 1')}


def missing_metrics(watched: Watched, *, but: Collection[str]) -> list[str]:
    """Names in a rule or a panel that Prometheus has never seen, besides these."""
    asked = {name for _, query in names.queries() for name in names.names_in(query)} - set(but)
    return sorted(name for name in asked if not watched.prometheus.now(f"count({name})"))


def empty_selectors(watched: Watched, *, but: Collection[str], seldom: Collection[str] = ()) -> list[str]:
    """What a rule or a panel asks for by labels, and no series has; besides these metrics, and these routes."""
    asked = {selector for _, query in names.queries() for selector in selectors.selectors_in(query)}
    wanted = [
        selector
        for selector in asked
        if selector.metric not in but
        and not WHEN_SOMETHING_IS_WRONG & {(one.label, one.value) for one in selector.matchers}
        and not any(one.label == "route" and one.value in seldom for one in selector.matchers)
    ]
    return sorted(one.text for one in wanted if not watched.prometheus.now(f"count({one.text})"))


def empty_panels(watched: Watched, *, two_zones: bool) -> list[str]:
    """A query that Prometheus does not take raises NotAnswered."""
    wanted = [panel for board in BOARDS for panel in board.panels if two_zones or not panel.needs_two_zones]
    return [panel.title for panel in wanted if not _answer(watched, panel)]


def refused_queries(watched: Watched) -> list[str]:
    """Each is asked; raises NotAnswered for the first that is refused."""
    return [where for where, query in names.queries() if watched.prometheus.now(query) is None]


def _answer(watched: Watched, panel: Panel) -> object:
    return watched.prometheus.now(panel.query)
