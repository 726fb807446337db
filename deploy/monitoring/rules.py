"""The rules of Prometheus: `python -m deploy.monitoring.rules` prints deploy/monitoring/prometheus/rules.yml."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import yaml

from deploy.monitoring import alerts, objectives
from deploy.monitoring.alert import Alert

EVALUATED_EVERY = "5s"
HEAD = """\
# Made by deploy/monitoring: alerts.py, objectives.py. `make check` holds them to this file. To write it anew:
# .local/venv/bin/python -m deploy.monitoring.rules > deploy/monitoring/prometheus/rules.yml
"""


@dataclass(frozen=True)
class Group:
    name: str
    rules: tuple[dict[str, Any], ...]


ALERTS: tuple[Alert, ...] = (*objectives.ALERTS, *alerts.ALERTS)


def groups() -> tuple[Group, ...]:
    recorded = tuple({"record": name, "expr": expression} for name, expression in objectives.recorded().items())
    return (
        Group("objectives", recorded),
        Group("alerts", tuple(alert.rule() for alert in ALERTS)),
    )


def document() -> str:
    listed = [{"name": group.name, "interval": EVALUATED_EVERY, "rules": list(group.rules)} for group in groups()]
    return HEAD + yaml.safe_dump({"groups": listed}, allow_unicode=True, sort_keys=False, width=120)


if __name__ == "__main__":
    sys.stdout.write(document())
