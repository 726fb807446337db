"""docker-compose.monitoring.yml: contained like the system, apart from it, asking what `make monitoring` asks."""

from __future__ import annotations

import copy
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.monitoring import targets as local_targets
from deploy.local.monitoring.place import Place
from deploy.local.places import ROOT, tool
from deploy.local.settings.profiles import Profile
from deploy.monitoring.compose import document, places
from deploy.topology import HA as TWO_ZONES
from deploy.topology import TOPOLOGIES, Topology
from tests.deploy.compose import hardening
from tests.deploy.compose.files import HA, MONITORING, SMALL, Compose, read, services
from tests.deploy.monitoring.compose import faults
from tests.deploy.monitoring.compose.asking import SYSTEMS, asked_in

FILES = document.FOLDER
# About networks and ports there are rules of its own: it has others.
RULES = [
    rule
    for rule in hardening.RULES
    if rule
    not in (hardening.a_store_is_in_the_back_network_only, hardening.only_the_way_in_is_published_and_to_this_machine)
]
each_topology = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=lambda topology: topology.name)
Spoil = Callable[[Compose], object]
Fault = Callable[[Any], Iterator[str]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_service_of_the_monitoring_is_contained(rule: hardening.Rule) -> None:
    is_about_health = rule is hardening.its_health_is_asked
    skipped = faults.ASKED_BY_PROMETHEUS_ONLY if is_about_health else set()

    wrong = [
        f"{name}: {fault}"
        for name, service in services(MONITORING).items()
        if name not in skipped and (fault := rule(name, service))
    ]

    assert wrong == []


def test_whoever_docker_cannot_ask_is_asked_by_prometheus() -> None:
    asked = {
        address.partition(":")[0] for topology in TOPOLOGIES.values() for address in asked_in(topology)["prometheus"]
    }

    assert asked >= faults.ASKED_BY_PROMETHEUS_ONLY


@pytest.mark.parametrize("fault", [faults.wrong_with_networks, faults.wrong_with_ports, faults.wrong_with_volumes])
def test_it_has_networks_ports_and_volumes_of_its_own(fault: Fault) -> None:
    assert list(fault(read(MONITORING))) == []


@pytest.mark.parametrize(
    ("fault", "spoil", "sentence"),
    [
        (
            faults.wrong_with_networks,
            lambda file: file["networks"].update(watch={"external": True}),
            "the network watch",
        ),
        (faults.wrong_with_networks, lambda file: file["networks"].update(back={}), "the network back is not"),
        (faults.wrong_with_networks, lambda file: file["services"]["loki"].update(networks=["back"]), "loki is in"),
        (faults.wrong_with_ports, lambda file: file["services"]["grafana"].update(ports=["3000:3000"]), "grafana is"),
        (faults.wrong_with_ports, lambda file: file["services"]["loki"].update(ports=["127.0.0.1:1:1"]), "loki is pub"),
        (faults.wrong_with_volumes, lambda file: file["volumes"].update(mysql={}), "volumes are"),
        (faults.wrong_with_volumes, lambda file: file["volumes"].update(loki={"external": True}), "the volume loki"),
    ],
)
def test_a_file_that_is_not_apart_is_found(fault: Fault, spoil: Spoil, sentence: str) -> None:
    content = copy.deepcopy(read(MONITORING))

    spoil(content)

    assert [one for one in fault(content) if one.startswith(sentence)]


@each_topology
def test_everybody_who_is_asked_is_there_and_can_be_reached(topology: Topology) -> None:
    asked = asked_in(topology)

    assert list(faults.wrong_with_targets(services(MONITORING), services(SYSTEMS[topology.name]), asked)) == []


def test_a_target_that_is_gone_or_out_of_reach_is_found() -> None:
    monitoring, system = copy.deepcopy(services(MONITORING)), copy.deepcopy(services(HA))
    monitoring["prometheus"]["networks"].remove("front")
    del system["redis-2"]

    found = list(faults.wrong_with_targets(monitoring, system, asked_in(TWO_ZONES)))

    assert found == ["prometheus cannot reach balancer", "redis-exporter asks redis-2, which is not there"]


@each_topology
def test_the_same_processes_and_servers_are_asked_as_on_one_machine_under_the_same_names(
    topology: Topology, tmp_path: Path
) -> None:
    place = Place(Profile(topology.name, 8000, 18000, lite=False, home=tmp_path, topology=topology))

    here, there = local_targets.of(place), places.targets_of(topology)

    assert here.keys() == there.keys()
    for job in here.keys() - {"mongodb"}:
        # Which release a process is of only its image says there.
        labels = [{name: text for name, text in one["labels"].items() if name != "version"} for one in here[job]]
        assert [one["labels"] for one in there[job]] == labels, job


@each_topology
def test_each_profile_has_the_exporters_of_its_topology(topology: Topology) -> None:
    there = {name: service.get("profiles") for name, service in services(MONITORING).items()}

    chosen = {name for name, profiles in there.items() if profiles == [topology.name]}

    assert chosen == {*places.mysql_exporters(topology).values(), *places.nginx_exporters(topology).values()}
    assert {name for name, profiles in there.items() if profiles is None} >= set(places.PORTS)


def test_what_follows_from_the_code_is_what_the_code_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert document.drift() == []

    monkeypatch.setattr(document, "CHANNELS", ("file",))
    assert document.drift() == ["alertmanager.yml"]


def test_prometheus_and_alertmanager_take_their_files(tmp_path: Path) -> None:
    config = (FILES / "prometheus.yml").read_text(encoding="utf-8")
    config = config.replace(places.RULES, str(ROOT / "deploy" / "monitoring" / "prometheus" / "rules.yml"))
    (tmp_path / "prometheus.yml").write_text(
        config.replace(places.TARGETS, str(FILES / "targets" / "ha")), encoding="utf-8"
    )

    for words in (
        ("promtool", "check", "config", str(tmp_path / "prometheus.yml")),
        ("amtool", "check-config", str(FILES / "alertmanager.yml")),
    ):
        asked = subprocess.run([tool(words[0]) or words[0], *words[1:]], capture_output=True, text=True, check=False)
        assert asked.returncode == 0, asked.stdout + asked.stderr


def test_nothing_of_the_system_waits_for_the_monitoring() -> None:
    watching = services(MONITORING).keys()

    for path in (SMALL, HA):
        words = path.read_text(encoding="utf-8")
        assert not watching & services(path).keys()
        assert not [name for name in watching if re.search(rf"\b{name}:\d", words)]
