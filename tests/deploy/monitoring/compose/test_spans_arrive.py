"""The processes of the system reach the collector of the other project, which joins their network; none needs it."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

import pytest
import yaml

from deploy.local.places import ROOT
from deploy.monitoring.compose import document, places
from deploy.topology import TOPOLOGIES, Topology
from tests.deploy.compose.files import HA, MONITORING, Service, read, services
from tests.deploy.monitoring.compose.asking import SYSTEMS

each_topology = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=lambda topology: topology.name)
WHERE = urlsplit(places.SPANS_TO)


def wrong_with_spans(system: Mapping[str, Service], monitoring: Mapping[str, Service]) -> Iterator[str]:
    """Of each process that can be told where spans go."""
    collector = monitoring[WHERE.hostname or ""]
    for name, service in system.items():
        given = service.get("environment") or {}
        if "SALON_TRACES_ENDPOINT" not in given:
            continue
        if given["SALON_TRACES_ENDPOINT"] != "${SALON_TRACES_ENDPOINT:-}":
            yield f"{name} sends its spans although nobody asked for them"
        if not set(service.get("networks", [])) & set(collector["networks"]):
            yield f"{name} cannot reach the collector"


@each_topology
def test_each_process_can_reach_the_collector(topology: Topology) -> None:
    system = services(SYSTEMS[topology.name])

    given = {name for name, service in system.items() if "SALON_TRACES_ENDPOINT" in (service.get("environment") or {})}
    assert given >= {process.name for process in topology.processes}
    assert list(wrong_with_spans(system, services(MONITORING))) == []


def test_a_collector_that_stands_apart_and_a_process_that_is_told_unasked_are_found() -> None:
    system, monitoring = copy.deepcopy(services(HA)), copy.deepcopy(services(MONITORING))
    monitoring["collector"]["networks"] = ["watch"]
    system["queue-a"]["environment"]["SALON_TRACES_ENDPOINT"] = places.SPANS_TO

    found = list(wrong_with_spans(system, monitoring))

    assert "main-b cannot reach the collector" in found
    assert "queue-a sends its spans although nobody asked for them" in found


def test_the_network_is_the_system_s_and_the_collector_listens_there() -> None:
    joined = services(MONITORING)["collector"]["networks"]
    receiver = yaml.safe_load((document.FOLDER / "collector.yml").read_text(encoding="utf-8"))["receivers"]["otlp"]

    assert "back" in joined
    assert read(MONITORING)["networks"]["back"] == {"external": True, "name": "${SALON_SYSTEM}_back"}
    assert receiver["protocols"]["http"]["endpoint"] == f"0.0.0.0:{WHERE.port}"


def test_whoever_reads_how_to_start_it_is_told_this_address() -> None:
    for page in ("operations.md", "traces.md"):
        assert f"SALON_TRACES_ENDPOINT={places.SPANS_TO}" in (ROOT / "docs" / page).read_text(encoding="utf-8")
