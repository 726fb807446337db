"""Who is to be asked, as files that Prometheus reads again when they change (`file_sd_configs`)."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence

from deploy.local.monitoring.place import Place
from deploy.local.releases.release import Shelf, assigned_link, version_behind
from deploy.local.run.nginx import name_of
from deploy.local.run.probes import HOST
from deploy.local.run.processes import processes_of
from deploy.local.settings.profiles import public_url_of
from deploy.monitoring.scraping.configuration import Listed
from deploy.topology import BALANCER, HA


def write(place: Place) -> None:
    """Each file whole, from one moment to the next, and only where something changed."""
    place.targets.mkdir(parents=True, exist_ok=True)
    for job, listed in of(place).items():
        path = place.targets / f"{job}.json"
        text = json.dumps(listed, indent=1)
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        new = path.with_suffix(".new")
        new.write_text(text, encoding="utf-8")
        os.replace(new, path)


def of(place: Place) -> Mapping[str, Sequence[Listed]]:
    """By job. As many queues as there are at this moment, each process with the release that it runs."""
    return {
        "salon": _processes(place),
        "mysql": [_one(place.port(exporter), store=store) for store, exporter in mysql_exporters(place).items()],
        "redis": [_one(place.watched.port(name), store=name) for name in place.watched.topology.members("redis")],
        "mongodb": [_one(place.watched.port("mongodb"), store="mongodb")],
        "photos": [_one(place.watched.port("photos"), store="photos")],
        "nginx": [_one(place.port(exporter), process=name) for name, exporter in nginx_exporters(place).items()],
        "haproxy": _balancer(place),
        "page": [{"targets": [f"{public_url_of(place.watched)}/"], "labels": {}}],
    }


def nginx_exporters(place: Place) -> dict[str, str]:
    """Each nginx, and which exporter asks it."""
    if place.watched.topology is not HA:
        return {name_of(None): "nginx-exporter"}
    return {name_of(zone): f"nginx-exporter-{zone}" for zone in place.watched.topology.zones}


def mysql_exporters(place: Place) -> dict[str, str]:
    return {name: f"mysqld-exporter{name.removeprefix('mysql')}" for name in place.watched.topology.members("mysql")}


def _processes(place: Place) -> list[Listed]:
    shelf = Shelf()
    return [
        _one(
            place.watched.port(process.name),
            service=process.service,
            process=process.name,
            zone=process.place,
            version=version_behind(assigned_link(place.watched, process.name), shelf),
        )
        for process in processes_of(place.watched)
    ]


def _balancer(place: Place) -> list[Listed]:
    return [_one(place.watched.port("balancer-status"), process=BALANCER)] if place.watched.topology is HA else []


def _one(port: int, **labels: str) -> Listed:
    return {"targets": [f"{HOST}:{port}"], "labels": labels}
