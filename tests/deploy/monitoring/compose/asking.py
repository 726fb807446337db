"""Who asks whom in Compose, and in which file the system of a topology stands."""

from __future__ import annotations

from deploy.monitoring.compose import places
from deploy.topology import HA as TWO_ZONES
from deploy.topology import SMALL as ONE_PLACE
from deploy.topology import Topology
from tests.deploy.compose.files import HA, SMALL

SYSTEMS = {ONE_PLACE.name: SMALL, TWO_ZONES.name: HA}


def asked_in(topology: Topology) -> dict[str, list[str]]:
    """Who asks whom, by the files that the containers are given."""
    found = places.targets_of(topology)
    by_exporter = dict.fromkeys(("mongodb", "photos", "page"), "blackbox-exporter") | {"redis": "redis-exporter"}
    asked: dict[str, list[str]] = {"prometheus": [places.WHERE.at(name) for name in places.OWN]}
    for job, listed in found.items():
        asker = by_exporter.get(job, "prometheus")
        addresses = [address.removeprefix("http://") for one in listed for address in one["targets"]]
        asked.setdefault(asker, []).extend(addresses)
    for store, exporter in places.mysql_exporters(topology).items():
        asked[exporter] = [f"{store}:3306"]
    for nginx, exporter in places.nginx_exporters(topology).items():
        asked[exporter] = [f"{nginx}:8081"]
    return asked
