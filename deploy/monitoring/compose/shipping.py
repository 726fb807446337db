"""What is laid over the system's Compose file so that its logs come to the collector.

    docker compose -f docker-compose.yml -f deploy/monitoring/compose/files/logs/small.yml up -d

Docker itself sends them, and waits for nobody: while the collector is away it keeps a megabyte of each and then drops
the oldest. `docker compose logs` works as before, from a copy that Docker keeps.
"""

from __future__ import annotations

from typing import Any

from deploy.monitoring.compose.places import nginx_exporters
from deploy.topology import Topology

COLLECTOR = "127.0.0.1:24224"
LOGGING = {
    "driver": "fluentd",
    "options": {
        "fluentd-address": COLLECTOR,
        "fluentd-async": "true",
        "mode": "non-blocking",
        "max-buffer-size": "1m",
        "tag": "{{.Name}}",
        "cache-max-size": "20m",
        "cache-max-file": "5",
    },
}


def overlay(topology: Topology) -> dict[str, Any]:
    names = [*(process.name for process in topology.processes), *nginx_exporters(topology)]
    return {"services": {name: {"logging": LOGGING} for name in names}}
