"""What Prometheus reads: `python -m deploy.monitoring.rules.document` prints deploy/monitoring/prometheus/rules.yml."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

import yaml

from deploy.monitoring.rules import objectives
from deploy.monitoring.rules.catalogue import ALERTS

EVALUATED_EVERY = "5s"
HEAD = """\
# Made by deploy/monitoring/rules. `make check` holds it to this file. To write it anew:
# .local/venv/bin/python -m deploy.monitoring.rules.document > deploy/monitoring/prometheus/rules.yml
"""


@dataclass(frozen=True)
class Group:
    name: str
    rules: tuple[dict[str, Any], ...]


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
