"""What can be wrong with docker-compose.monitoring.yml, as sentences; each function takes the file as it was read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from deploy.monitoring.compose.places import PORTS
from tests.deploy.compose.files import Compose, Service

# What a person opens, and what Docker itself sends logs to.
PUBLISHED = {"prometheus", "grafana", "collector"}
# Their images have no program that could ask; Prometheus asks them, and ExporterDown says when they do not answer.
ASKED_BY_PROMETHEUS_ONLY = {"collector", "loki", "tempo", "nginx-exporter", "nginx-exporter-a", "nginx-exporter-b"}
NETWORKS = {"watch", "front", "back"}
OF_THE_SYSTEM = {"front", "back"}


def wrong_with_networks(content: Compose) -> Iterator[str]:
    """A network of its own; those of the system belong to the system, and are joined by whoever asks there."""
    for name, network in content["networks"].items():
        is_external = bool((network or {}).get("external"))
        if is_external != (name in OF_THE_SYSTEM):
            yield f"the network {name} is {'not ' if name in OF_THE_SYSTEM else ''}somebody else's"
    for name, service in content["services"].items():
        joined = set(service.get("networks", []))
        if "watch" not in joined or not joined <= NETWORKS:
            yield f"{name} is in {sorted(joined)}"


def wrong_with_ports(content: Compose) -> Iterator[str]:
    for name, service in content["services"].items():
        for port in service.get("ports", []):
            if name not in PUBLISHED or not str(port).startswith("127.0.0.1:"):
                yield f"{name} is published as {port}"


def wrong_with_volumes(content: Compose) -> Iterator[str]:
    """Each of its own, named by it and used by one."""
    mounted = [
        str(volume).partition(":")[0]
        for service in content["services"].values()
        for volume in service.get("volumes", [])
        if not str(volume).startswith((".", "/"))
    ]
    if sorted(mounted) != sorted(content["volumes"]):
        yield f"volumes are {sorted(content['volumes'])}, mounted are {sorted(mounted)}"
    yield from (f"the volume {name} is somebody else's" for name, facts in content["volumes"].items() if facts)


def wrong_with_targets(
    monitoring: Mapping[str, Service], system: Mapping[str, Service], asked: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """`asked` is host:port of whom each part of the monitoring asks: is it there, and do both stand in one network?"""
    for asker, addresses in asked.items():
        for address in addresses:
            name = address.partition(":")[0]
            target = monitoring.get(name) or system.get(name)
            if target is None:
                yield f"{asker} asks {name}, which is not there"
            elif not set(target["networks"]) & set(monitoring[asker]["networks"]):
                yield f"{asker} cannot reach {name}"


def wrong_with_pipelines(collector: Mapping[str, Any]) -> Iterator[str]:
    """What a pipeline names is described, what is described is used, and whoever is sent to is there at that port."""
    kinds = ("receivers", "processors", "exporters")
    used: dict[str, set[str]] = {kind: set() for kind in kinds}
    for pipeline in collector["service"]["pipelines"].values():
        for kind in kinds:
            used[kind] |= set(pipeline[kind])
        if pipeline["processors"][0] != "memory_limiter":
            yield "memory is not limited before anything else is done"
    for kind in kinds:
        if used[kind] != set(collector[kind]):
            yield f"{kind}: used {sorted(used[kind])}, described {sorted(collector[kind])}"
    yield from _wrong_with_exporters(collector["exporters"])


def _wrong_with_exporters(exporters: Mapping[str, Any]) -> Iterator[str]:
    for name, exporter in exporters.items():
        host = exporter["endpoint"].removeprefix("http://").partition(":")[0]
        if host not in PORTS:
            yield f"{name} sends to {host}, which is not there"
        if "queue_size" not in exporter.get("sending_queue", {}):
            yield f"{name} keeps without bounds what it cannot send"
