"""What Prometheus, Alertmanager and the prober read. Written as JSON, which is YAML too."""

from __future__ import annotations

from typing import Any

from deploy.local.monitoring.place import Place
from deploy.local.places import ROOT
from deploy.local.run.probes import HOST

RULES = ROOT / "deploy" / "monitoring" / "prometheus" / "rules.yml"
SCRAPED_EVERY = "5s"
# Alerts of one kind come together; who is told learns of it within seconds, and again after hours.
GROUP_WAIT, GROUP_INTERVAL, REPEAT_INTERVAL = "2s", "15s", "4h"
WATCHDOG_INTERVAL = "30s"
# More of one kind are counted and not listed.
MOST_AT_ONCE = 50
# A page that is there, whatever stands on it; a port that takes connections.
PROBES = {"modules": {"page": {"prober": "http", "timeout": "4s"}, "tcp": {"prober": "tcp", "timeout": "2s"}}}


def prometheus(place: Place) -> dict[str, Any]:
    own = ("prometheus", "alertmanager", "relay", "kafka-watch", "node-exporter")
    return {
        "global": {"scrape_interval": SCRAPED_EVERY, "scrape_timeout": "4s", "evaluation_interval": SCRAPED_EVERY},
        "rule_files": [str(RULES)],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [_at(place, "alertmanager")]}]}]},
        "scrape_configs": [
            *(_job(place, job) for job in ("salon", "mysql", "nginx", "haproxy")),
            _asked_for(place, "redis", "redis-exporter", "/scrape", "redis://"),
            _asked_for(place, "mongodb", "blackbox-exporter", "/probe", "", module="tcp"),
            _asked_for(place, "page", "blackbox-exporter", "/probe", "", module="page"),
            *({"job_name": name, "static_configs": [{"targets": [_at(place, name)]}]} for name in own),
        ],
    }


def alertmanager(place: Place, channels: tuple[str, ...]) -> dict[str, Any]:
    """One address of the relay for each channel, so that what one refuses comes again there and nowhere else."""
    relay = f"http://{_at(place, 'relay')}"
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


def _job(place: Place, job: str) -> dict[str, Any]:
    return {"job_name": job, "file_sd_configs": _files(place, job)}


def _asked_for(place: Place, job: str, exporter: str, path: str, scheme: str, **parameters: str) -> dict[str, Any]:
    """An exporter that is given the address of whom to ask."""
    return {
        "job_name": job,
        "metrics_path": path,
        "params": {name: [value] for name, value in parameters.items()},
        "file_sd_configs": _files(place, job),
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "instance"},
            {"source_labels": ["__address__"], "target_label": "__param_target", "replacement": f"{scheme}$1"},
            {"target_label": "__address__", "replacement": _at(place, exporter)},
        ],
    }


def _files(place: Place, job: str) -> list[dict[str, Any]]:
    return [{"files": [str(place.targets / f"{job}.json")], "refresh_interval": SCRAPED_EVERY}]


def _at(place: Place, name: str) -> str:
    return f"{HOST}:{place.port(name)}"
