"""What the containers of the monitoring are given: files, secrets, pipelines, sources of Grafana, the system's logs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from deploy.local.places import ROOT
from deploy.local.settings import secrets_store
from deploy.monitoring.boards.grafana import DATASOURCE
from deploy.monitoring.compose import document, places
from deploy.monitoring.compose.shipping import overlay
from deploy.topology import TOPOLOGIES, Topology
from tests.deploy.compose.files import MONITORING, Compose, read, services
from tests.deploy.monitoring.compose import faults
from tests.deploy.monitoring.compose.asking import SYSTEMS, asked_in

FILES = document.FOLDER
each_topology = pytest.mark.parametrize("topology", TOPOLOGIES.values(), ids=lambda topology: topology.name)
Spoil = Callable[[Compose], object]


def test_every_file_that_a_container_is_given_is_there() -> None:
    given = [
        re.sub(r"\$\{\w+:-(\w+)\}", r"\1", str(volume)).split(":")
        for service in services(MONITORING).values()
        for volume in service.get("volumes", [])
        if str(volume).startswith(".")
    ]

    assert [source for source, *_ in given if not (ROOT / source).exists()] == []
    assert {mode for *_, mode in given} == {"ro"}
    scripts = [ROOT / source for source, *_ in given if source.endswith(".sh")]
    assert scripts
    assert all(script.stat().st_mode & 0o111 for script in scripts)


def test_its_secrets_are_files_that_make_setup_writes_or_whoever_owns_the_channel() -> None:
    content = read(MONITORING)
    folder = ".local/secrets/" + secrets_store.FOR_COMPOSE
    files = {name: str(secret["file"]) for name, secret in content["secrets"].items()}

    assert files.pop("discord_webhook").startswith("${SALON_DISCORD_WEBHOOK_FILE:?")
    assert set(files.values()) <= {f"{folder}/{name}" for name in secrets_store.NAMES}
    used = {name for service in content["services"].values() for name in service.get("secrets", [])}
    assert used == content["secrets"].keys()


def _script(name: str, folder: Path, **environment: str) -> None:
    """As in its container, but for the places, and for the program that it ends in."""
    text = (FILES / name).read_text(encoding="utf-8")
    text = re.sub("/run/secrets|/tmp", str(folder), text)
    text = re.sub(r"^exec /\S+ ", "exec echo ", text, flags=re.MULTILINE)
    subprocess.run(["sh", "-c", text], env={"PATH": os.environ["PATH"], **environment}, check=True, capture_output=True)


def test_exporters_are_given_passwords_in_files_that_nobody_else_may_read(tmp_path: Path) -> None:
    for name in ("database_password", "redis_password"):
        (tmp_path / name).write_text("word0of1letters", encoding="utf-8")

    _script("mysqld_exporter.sh", tmp_path, MYSQL_MEMBER="mysql-2")
    _script("redis_exporter.sh", tmp_path)

    assert "password=word0of1letters\nhost=mysql-2\n" in (tmp_path / "my.cnf").read_text(encoding="utf-8")
    by_address = json.loads((tmp_path / "passwords.json").read_text(encoding="utf-8"))
    members = [
        f"redis://{address}" for topology in TOPOLOGIES.values() for address in asked_in(topology)["redis-exporter"]
    ]
    assert set(by_address) == set(members)
    assert set(by_address.values()) == {"word0of1letters"}
    for name in ("my.cnf", "passwords.json"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0


def test_the_collector_sends_to_who_is_there_and_keeps_a_bounded_amount() -> None:
    collector = yaml.safe_load((FILES / "collector.yml").read_text(encoding="utf-8"))

    assert list(faults.wrong_with_pipelines(collector)) == []


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda file: file["exporters"]["otlp_grpc/tempo"].update(endpoint="jaeger:4317"), "otlp_grpc/tempo sends"),
        (lambda file: file["exporters"]["otlp_http/loki"].update(sending_queue={}), "otlp_http/loki keeps"),
        (lambda file: file["receivers"].update(zipkin={}), "receivers: used"),
        (lambda file: file["service"]["pipelines"]["logs"]["processors"].reverse(), "memory is not limited"),
    ],
)
def test_a_collector_that_would_lose_or_hoard_is_found(spoil: Spoil, sentence: str) -> None:
    collector = yaml.safe_load((FILES / "collector.yml").read_text(encoding="utf-8"))

    spoil(collector)

    assert [one for one in faults.wrong_with_pipelines(collector) if one.startswith(sentence)]


def test_grafana_has_the_sources_that_the_boards_ask_and_nothing_is_changed_in_a_browser() -> None:
    sources = yaml.safe_load((FILES / "grafana" / "datasources.yml").read_text(encoding="utf-8"))["datasources"]
    [provider] = yaml.safe_load((FILES / "grafana" / "dashboards.yml").read_text(encoding="utf-8"))["providers"]

    by_uid = {source["uid"]: source for source in sources}
    assert DATASOURCE.uid in by_uid
    assert by_uid.keys() >= {"loki", "tempo"}
    for source in sources:
        host, port = source["url"].removeprefix("http://").split(":")
        assert places.PORTS[host] == int(port)
        assert source["editable"] is False
    mounted = [str(volume).split(":") for volume in services(MONITORING)["grafana"]["volumes"]]
    assert ["./deploy/monitoring/grafana", provider["options"]["path"], "ro"] in mounted
    assert provider["allowUiUpdates"] is False


@each_topology
def test_the_system_s_logs_are_sent_without_anybody_waiting_for_the_collector(topology: Topology) -> None:
    shipped = overlay(topology)["services"]

    assert shipped.keys() <= services(SYSTEMS[topology.name]).keys()
    assert {process.name for process in topology.processes} <= shipped.keys()
    for service in shipped.values():
        options = service["logging"]["options"]
        assert (options["fluentd-async"], options["mode"]) == ("true", "non-blocking")
    [published] = services(MONITORING)["collector"]["ports"]
    assert published.startswith("127.0.0.1:24224:")
