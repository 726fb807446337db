"""Where everything is asked in Compose: by the name of its service, at the port of its image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from deploy.monitoring.scraping.configuration import Listed, Where
from deploy.topology import BALANCER, HA, Topology

PROCESS_PORT, NGINX_PORT, BALANCER_PORT, BALANCER_STATUS_PORT = 8000, 8080, 8080, 8404
REDIS_PORT, MONGODB_PORT, PHOTOS_PORT = 6379, 27017, 7070
# One exporter for each of these, so that one that hangs says nothing of another.
MYSQL_EXPORTER_PORT, NGINX_EXPORTER_PORT = 9104, 9113
PORTS: Mapping[str, int] = {
    "prometheus": 9090,
    "alertmanager": 9093,
    "relay": 8000,
    "kafka-watch": 8000,
    "node-exporter": 9100,
    "blackbox-exporter": 9115,
    "redis-exporter": 9121,
    "collector": 8888,
    "loki": 3100,
    "tempo": 3200,
    "grafana": 3000,
}
OWN = ("prometheus", "alertmanager", "relay", "kafka-watch", "node-exporter", "collector", "loki", "tempo", "grafana")
# Where the system's processes send their spans: the collector is in their network `back`, under this name.
SPANS_TO = "http://collector:4318/v1/traces"
# As the containers see them.
RULES, TARGETS = "/etc/prometheus/rules.yml", "/etc/prometheus/targets"
WHERE = Where(RULES, TARGETS, lambda name: f"{name}:{PORTS[name]}", OWN)


def targets_of(topology: Topology) -> dict[str, Sequence[Listed]]:
    """By job, as `deploy/local/monitoring/targets.py` has them on one machine."""
    return {
        "salon": [
            _one(process.name, PROCESS_PORT, service=process.service, process=process.name, zone=process.place)
            for process in topology.processes
        ],
        "mysql": [
            _one(exporter, MYSQL_EXPORTER_PORT, store=store) for store, exporter in mysql_exporters(topology).items()
        ],
        "redis": [_one(name, REDIS_PORT, store=name) for name in topology.members("redis")],
        "mongodb": [_one(name, MONGODB_PORT, store=name) for name in mongodb_members(topology)],
        "photos": [_one("photos", PHOTOS_PORT, store="photos")],
        "nginx": [
            _one(exporter, NGINX_EXPORTER_PORT, process=name) for name, exporter in nginx_exporters(topology).items()
        ],
        "haproxy": [_one(BALANCER, BALANCER_STATUS_PORT, process=BALANCER)] if topology is HA else [],
        "page": [{"targets": [f"http://{way_in(topology)}/"], "labels": {}}],
    }


def mysql_exporters(topology: Topology) -> dict[str, str]:
    return {name: f"mysqld-exporter{name.removeprefix('mysql')}" for name in topology.members("mysql")}


def nginx_exporters(topology: Topology) -> dict[str, str]:
    """Each nginx, and which exporter asks it."""
    if topology is not HA:
        return {"nginx": "nginx-exporter"}
    return {f"nginx-{zone}": f"nginx-exporter-{zone}" for zone in topology.zones}


def mongodb_members(topology: Topology) -> tuple[str, ...]:
    """Three where there are two zones: on one machine it is a DocumentDB, once."""
    return tuple(f"mongodb-{number}" for number in (1, 2, 3)) if topology is HA else topology.members("mongodb")


def way_in(topology: Topology) -> str:
    return f"{BALANCER}:{BALANCER_PORT}" if topology is HA else f"nginx:{NGINX_PORT}"


def _one(name: str, port: int, **labels: str) -> Listed:
    return {"targets": [f"{name}:{port}"], "labels": labels}
