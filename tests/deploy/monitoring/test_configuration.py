"""Prometheus and Alertmanager take what is written for them, and everything that runs is asked, in either topology."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.monitoring import programs, targets
from deploy.local.monitoring.pipeline import programs as pipeline_programs
from deploy.local.monitoring.place import OFFSETS, Place
from deploy.local.places import tool
from deploy.local.settings import profiles
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.profiles import Profile
from deploy.monitoring.scraping import configuration
from deploy.processes import PROCESSES, ZONED
from deploy.topology import HA, SMALL

CHOICES = Choices(8000, lite=False, mysql_url=None, redis_url=None, kafka_brokers=None, mongodb_url=None)


def place(folder: Path, name: str = "dev") -> Place:
    ha = name == "ha"
    profile = Profile(name, 8000, 18500 if ha else 18000, lite=False, home=folder, topology=HA if ha else SMALL)
    return Place(profile)


def checked(command: str, *words: str) -> None:
    done = subprocess.run([tool(command) or command, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", ["dev", "ha"])
def test_prometheus_and_alertmanager_take_their_configuration(tmp_path: Path, name: str) -> None:
    here = place(tmp_path, name)
    targets.write(here)
    for file, document in (
        ("prometheus.yml", configuration.prometheus(here.where)),
        ("alertmanager.yml", configuration.alertmanager(here.where, ("discord", "file"))),
    ):
        (tmp_path / file).write_text(json.dumps(document), encoding="utf-8")

    checked("promtool", "check", "config", str(tmp_path / "prometheus.yml"))
    checked("amtool", "check-config", str(tmp_path / "alertmanager.yml"))


@pytest.mark.parametrize(("name", "processes"), [("dev", PROCESSES), ("ha", ZONED)])
def test_each_process_of_the_table_is_asked_at_its_own_port(
    tmp_path: Path, name: str, processes: tuple[object, ...]
) -> None:
    here = place(tmp_path, name)

    listed = targets.of(here)["salon"]

    ports = {one["labels"]["process"]: one["targets"] for one in listed}
    assert ports == {
        process.name: [f"127.0.0.1:{here.watched.port(process.name)}"] for process in here.watched.topology.processes
    }
    assert len(ports) == len(processes)
    assert {one["labels"]["version"] for one in listed} == {"worktree"}


def test_queues_that_were_added_are_asked_from_then_on(tmp_path: Path) -> None:
    here = place(tmp_path)
    targets.write(here)
    (here.watched.state).mkdir(parents=True, exist_ok=True)
    (here.watched.state / "queues").write_text("4", encoding="ascii")

    targets.write(here)

    listed = json.loads((here.targets / "salon.json").read_text(encoding="utf-8"))
    assert {"queue-3", "queue-4"} <= {one["labels"]["process"] for one in listed}


@pytest.mark.parametrize("name", ["dev", "ha"])
def test_the_monitoring_has_ports_and_a_folder_of_its_own(tmp_path: Path, name: str) -> None:
    here = place(tmp_path, name)

    own = [port for program in programs.of(here, CHOICES) for port in program.ports]

    system = {here.watched.base_port + offset for offset in profiles.OFFSETS.values()}
    system |= {18000 + offset for offset in profiles.OFFSETS.values()}
    system |= {18000 + offset for offset in profiles.CANDIDATES.values()}
    assert len(set(own)) == len(own)
    assert not system & set(own)
    assert all(18900 < port < 19000 for port in own)
    assert here.profile.state == tmp_path / "monitoring"


def test_no_two_programs_have_one_port() -> None:
    assert len(set(OFFSETS.values())) == len(OFFSETS)


def test_what_takes_logs_and_spans_is_asked_where_it_was_started_and_nowhere_else(tmp_path: Path) -> None:
    started = replace(place(tmp_path), pipeline=tuple(one.name for one in pipeline_programs.of(place(tmp_path))))

    def asked(here: Place) -> dict[str, list[str]]:
        jobs = configuration.prometheus(here.where)["scrape_configs"]
        return {job["job_name"]: job["static_configs"][0]["targets"] for job in jobs if "static_configs" in job}

    added = {name: targets for name, targets in asked(started).items() if name not in asked(place(tmp_path))}
    assert added == {
        "collector": [f"127.0.0.1:{started.port('collector-metrics')}"],
        "jaeger": [f"127.0.0.1:{started.port('jaeger-metrics')}"],
        "victoria-logs": [f"127.0.0.1:{started.port('victoria-logs')}"],
    }


def test_the_password_of_mysql_is_in_no_argument_and_no_environment(tmp_path: Path) -> None:
    here = place(tmp_path)
    here.profile.state.mkdir(parents=True)
    exporter = next(one for one in programs.of(here, CHOICES) if one.name == "mysqld-exporter")

    exporter.prepare()

    file = here.profile.state / "mysqld-exporter.cnf"
    password = next(line for line in file.read_text().splitlines() if line.startswith("password=")).partition("=")[2]
    assert file.stat().st_mode & 0o077 == 0
    assert not any(password in word for word in exporter.command)
    assert not exporter.environment


def test_a_store_of_somebody_elses_is_watched_by_its_owner(tmp_path: Path) -> None:
    given = Choices(
        8000, lite=False, mysql_url="mysql://x@db/salon", redis_url="redis://r/0", kafka_brokers=None, mongodb_url=None
    )

    names = {program.name for program in programs.of(place(tmp_path), given)}

    assert not any(name.startswith(("mysqld", "redis")) for name in names)
