"""What Prometheus, Alertmanager and the prober read. Written as JSON, which is YAML too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypedDict

SCRAPED_EVERY = "5s"
# Alerts of one kind come together; who is told learns of it within seconds, and again after hours.
GROUP_WAIT, GROUP_INTERVAL, REPEAT_INTERVAL = "2s", "15s", "4h"
WATCHDOG_INTERVAL = "30s"
# More of one kind are counted and not listed.
MOST_AT_ONCE = 50
# A page that is there, whatever stands on it; a port that takes connections.
PROBES = {"modules": {"page": {"prober": "http", "timeout": "4s"}, "tcp": {"prober": "tcp", "timeout": "2s"}}}
# The jobs whose targets change while Prometheus runs: one file each in the folder of targets.
FOLLOWED = ("salon", "mysql", "nginx", "haproxy", "redis", "mongodb", "photos", "page")
# Those that an exporter is given the address of.
_ASKED_FOR = {"redis", "mongodb", "photos", "page"}


class Listed(TypedDict):
    """Targets and what they are called, as Prometheus names them."""

    targets: list[str]
    labels: dict[str, str]


@dataclass(frozen=True)
class Where:
    """`rules` is a file, `targets` a folder, as Prometheus sees them; `at` gives host:port of a part of the monitoring.

    `own` are the parts that are asked like any other target.
    """

    rules: str
    targets: str
    at: Callable[[str], str]
    own: tuple[str, ...]


def prometheus(where: Where) -> dict[str, Any]:
    return {
        "global": {"scrape_interval": SCRAPED_EVERY, "scrape_timeout": "4s", "evaluation_interval": SCRAPED_EVERY},
        "rule_files": [where.rules],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [where.at("alertmanager")]}]}]},
        "scrape_configs": [
            *({"job_name": job, "file_sd_configs": _files(where, job)} for job in FOLLOWED if job not in _ASKED_FOR),
            _asked_for(where, "redis", "redis-exporter", "/scrape", "redis://"),
            _asked_for(where, "mongodb", "blackbox-exporter", "/probe", "", module="tcp"),
            _asked_for(where, "photos", "blackbox-exporter", "/probe", "", module="tcp"),
            _asked_for(where, "page", "blackbox-exporter", "/probe", "", module="page"),
            *({"job_name": name, "static_configs": [{"targets": [where.at(name)]}]} for name in where.own),
        ],
    }


def alertmanager(where: Where, channels: tuple[str, ...]) -> dict[str, Any]:
    """One address of the relay for each channel, so that what one refuses comes again there and nowhere else."""
    relay = f"http://{where.at('relay')}"
    people = [
        {"url": f"{relay}/alerts/{channel}", "send_resolved": True, "max_alerts": MOST_AT_ONCE} for channel in channels
    ]
    watchdog = [{"url": f"{relay}/watchdog", "send_resolved": False}]
    return {
        "route": {
            "receiver": "people",
            "group_by": ["alertname"],
            "group_wait": GROUP_WAIT,
            "group_interval": GROUP_INTERVAL,
            "repeat_interval": REPEAT_INTERVAL,
            "routes": [
                {
                    "receiver": "watchdog",
                    "matchers": ['severity="none"'],
                    "group_interval": WATCHDOG_INTERVAL,
                    "repeat_interval": WATCHDOG_INTERVAL,
                }
            ],
        },
        "receivers": [
            {"name": "people", "webhook_configs": people},
            {"name": "watchdog", "webhook_configs": watchdog},
        ],
    }


def _asked_for(where: Where, job: str, exporter: str, path: str, scheme: str, **parameters: str) -> dict[str, Any]:
    """An exporter that is given the address of whom to ask."""
    return {
        "job_name": job,
        "metrics_path": path,
        "params": {name: [value] for name, value in parameters.items()},
        "file_sd_configs": _files(where, job),
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "instance"},
            {"source_labels": ["__address__"], "target_label": "__param_target", "replacement": f"{scheme}$1"},
            {"target_label": "__address__", "replacement": where.at(exporter)},
        ],
    }


def _files(where: Where, job: str) -> list[dict[str, Any]]:
    return [{"files": [f"{where.targets}/{job}.json"], "refresh_interval": SCRAPED_EVERY}]
