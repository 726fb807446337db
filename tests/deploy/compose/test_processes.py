"""Compose runs what the table of processes says, in the places of the topology, with the variables of `make run`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deploy.local.develop import compose_file
from deploy.local.places import ROOT
from deploy.local.settings import environment
from deploy.local.settings.dotenv import parse, read_choices
from deploy.local.settings.profiles import Profile
from deploy.local.zones import compose_balancer
from deploy.processes import JOBS, Job, Process
from deploy.topology import HA as TWO_ZONES
from deploy.topology import SMALL as ONE_PLACE
from salon_kit.addresses import PASSWORDS as PASSWORDS_OF_ADDRESSES
from salon_kit.addresses import SENTINEL_PASSWORD
from tests.deploy.compose.files import FILES, HA, OUTSIDE, SMALL, Service, services, words

TOPOLOGIES = {SMALL: ONE_PLACE, HA: TWO_ZONES}
EACH_PROCESS: list[tuple[Path, Process]] = [
    (path, process) for path, topology in TOPOLOGIES.items() for process in topology.processes
]
# In Docker the default is right: the console is not opened up, and with no folder to write into mails are printed.
LEFT_TO_THE_DEFAULT = {"MAIN_DEBUG", "MAIN_MAIL_FOLDER"}
# Compose only: on one machine stores listen to it alone and want no password.
PASSWORDS = {f"{name.upper()}_FILE" for name in (*PASSWORDS_OF_ADDRESSES.values(), SENTINEL_PASSWORD)}
# What only Compose runs, besides the table: jobs, the one that keeps MySQL together, nginx and HAProxy.
BESIDES = {SMALL: {"topics", "nginx"}, HA: {"topics", "mysql-group", "nginx-a", "nginx-b"}}
OWN_VARIABLES = (
    *("KAFKA_NODE_ID", "KAFKA_BROKER_RACK", "KAFKA_ADVERTISED_LISTENERS"),
    *("REDIS_ADDRESS", "SENTINEL_ADDRESS"),
)
each_file = pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
each_process = pytest.mark.parametrize(
    ("path", "process"), EACH_PROCESS, ids=lambda value: str(getattr(value, "name", value))
)


@each_file
def test_the_file_is_one_that_docker_can_read(path: Path) -> None:
    assert compose_file.what_is_wrong_with(path) == ""


@each_process
def test_compose_starts_what_the_table_of_processes_says(path: Path, process: Process) -> None:
    service = services(path)[process.name]
    expected = ["python", *process.arguments(host="0.0.0.0", port=8000)]  # noqa: S104  # inside its container

    assert service.get("command", _command_of_the_image(process.service)) == expected
    own = process.own_environment(host="0.0.0.0", port=8000)  # noqa: S104
    assert own.items() <= service["environment"].items()


@each_file
def test_compose_has_no_process_that_the_table_does_not_name(path: Path) -> None:
    ours = {name for name, service in services(path).items() if "build" in service}

    named = {process.name for process in TOPOLOGIES[path].processes} | {job.name for job in JOBS}
    assert ours - BESIDES[path] == named


@each_file
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_compose_runs_the_same_jobs(path: Path, job: Job) -> None:
    assert services(path)[job.name]["command"] == ["python", *job.command]


def test_two_zones_have_every_server_of_the_topology_and_mongodb_three_times() -> None:
    servers = {server.name for server in TWO_ZONES.servers}
    # On one machine it is a DocumentDB with its PostgreSQL, once.
    wanted = servers - {"mongodb", "postgresql"} | {"mongodb-1", "mongodb-2", "mongodb-3"}
    there = {name for name, service in services(HA).items() if service.get("restart") == "unless-stopped"}

    assert there - {process.name for process in TWO_ZONES.processes} - {"mysql-group"} == wanted


def test_brokers_stand_in_the_places_of_the_topology_and_so_each_copy_in_another() -> None:
    racks = {name: services(HA)[name]["environment"]["KAFKA_BROKER_RACK"] for name in TWO_ZONES.members("kafka")}

    assert racks == {name: TWO_ZONES.place_of(name) for name in racks}
    assert sorted(racks.values()) == ["a", "b", "c"]


def test_each_process_of_a_zone_reads_kafka_in_its_own_place() -> None:
    for process in TWO_ZONES.processes:
        prefix = process.service.upper().replace("-", "_")
        assert services(HA)[process.name]["environment"][f"{prefix}_KAFKA_RACK"] == process.place


def test_every_member_of_a_group_differs_from_the_others_by_its_name_only() -> None:
    for kind in ("mysql", "redis", "sentinel", "kafka", "mongodb"):
        members = {name: service for name, service in services(HA).items() if _is_of(kind, name)}
        own = {name: _own(name, service) for name, service in members.items()}
        assert len({_without(own[name], service) for name, service in members.items()}) == 1, kind
        for name, values in own.items():
            assert f"{name}:" in " ".join(values), kind
            assert not any(value in other for other in own.values() if other is not values for value in values), kind


@pytest.mark.parametrize("zone", TWO_ZONES.zones)
def test_nginx_of_a_zone_asks_its_own_processes_first_and_the_other_zone_when_they_are_gone(zone: str) -> None:
    other = next(name for name in TWO_ZONES.zones if name != zone)
    environment_of = services(HA)[f"nginx-{zone}"]["environment"]

    for kind in ("main", "queue"):
        first, second = re.findall(
            r"server (\S+):8000 resolve max_fails=0( backup)?;", environment_of[f"SALON_{kind.upper()}_SERVERS"]
        )
        assert first == (f"{kind}-{zone}", "")
        assert second == (f"{kind}-{other}", " backup")


def test_nginx_of_a_zone_has_the_limits_of_the_one_of_the_small_file() -> None:
    of_a_zone = {"SALON_MAIN_SERVERS", "SALON_QUEUE_SERVERS", "SALON_BALANCERS"}
    small = services(SMALL)["nginx"]

    for zone in TWO_ZONES.zones:
        nginx = services(HA)[f"nginx-{zone}"]
        assert nginx["environment"].keys() == small["environment"].keys()
        for name in small["environment"].keys() - of_a_zone:
            assert nginx["environment"][name] == small["environment"][name]
        assert (nginx["ulimits"], nginx["tmpfs"]) == (small["ulimits"], small["tmpfs"])


def test_nginx_believes_the_balancer_and_its_address_is_nobody_elses() -> None:
    balancer = services(HA)["balancer"]["networks"]["front"]["ipv4_address"]

    assert services(HA)["nginx-a"]["environment"]["SALON_BALANCERS"] == balancer


def test_the_balancer_of_compose_is_the_one_of_the_template() -> None:
    assert compose_balancer.KEPT.read_text() == compose_balancer.text(), (
        "python -m deploy.local.zones.compose_balancer > deploy/haproxy/compose.cfg"
    )


@each_file
def test_topics_and_migrations_come_before_every_process_that_needs_them(path: Path) -> None:
    there = services(path)

    assert there["seed"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for process in TOPOLOGIES[path].processes:
        needed = {"main": ("topics", "seed"), "queue": ("topics",), "chat-worker": ("topics", "mongodb-set")}
        for job in needed[process.service]:
            assert there[process.name]["depends_on"][job]["condition"] == "service_completed_successfully"


@each_process
def test_a_process_gets_the_same_variables_in_docker_as_from_make_run(
    path: Path, process: Process, profile: Profile
) -> None:
    choices = read_choices(ROOT / "no such file", {})
    local = environment.variables(profile, environment.servers(profile, choices))
    prefix = f"{process.service.upper().replace('-', '_')}_"
    given = services(path)[process.name]["environment"].keys()

    own = process.own_environment(host="0.0.0.0", port=8000)  # noqa: S104
    wanted = {key for key in local | own if key.startswith(prefix)} - LEFT_TO_THE_DEFAULT
    of_every_service = {key for key in given if key.startswith("SALON_")} | OUTSIDE
    assert {key for key in given if key.removeprefix(prefix) not in PASSWORDS} - of_every_service == wanted


@each_process
def test_every_store_that_a_process_knows_wants_a_password_of_it(path: Path, process: Process) -> None:
    prefix = f"{process.service.upper().replace('-', '_')}_"
    given = services(path)[process.name]["environment"]

    addresses = {name for name in PASSWORDS_OF_ADDRESSES if f"{prefix}{name.upper()}" in given}
    assert addresses
    for name in addresses:
        assert f"{prefix}{PASSWORDS_OF_ADDRESSES[name].upper()}_FILE" in given
    if "sentinel" in given.get(f"{prefix}REDIS_URL", ""):
        assert f"{prefix}{SENTINEL_PASSWORD.upper()}_FILE" in given


def test_the_example_lists_every_variable_that_a_process_is_given(profile: Profile) -> None:
    example = (ROOT / ".env.example").read_text()
    choices = read_choices(ROOT / "no such file", {})
    given = environment.variables(profile, environment.servers(profile, choices))
    of_the_shell = {"SALON_PROFILE", "SALON_URL", "SALON_BASE_URL"}

    assert given.keys() - of_the_shell <= parse(example).keys()
    assert all(f"MAIN_{name}" in example for name in PASSWORDS)


@each_process
def test_health_can_be_asked_from_other_containers_and_on_a_laptop_only_from_itself(
    path: Path, process: Process, profile: Profile
) -> None:
    local = environment.variables(profile, environment.servers(profile, read_choices(ROOT / "no such file", {})))
    prefix = process.service.upper().replace("-", "_")
    variable = {"queue": "QUEUE_HOST"}.get(process.service, f"{prefix}_METRICS_HOST")

    assert services(path)[process.name]["environment"][variable] == "0.0.0.0"  # noqa: S104  # in a container
    assert local[variable] == "127.0.0.1"


@each_file
def test_mongodb_and_kafka_are_given_the_same_members_everywhere(path: Path) -> None:
    members = TWO_ZONES.members("kafka") if path == HA else ("kafka",)
    expected = "sasl_plaintext://salon@" + ",".join(f"{name}:9092" for name in members)

    found = {value for value in _values(path) if value.startswith("sasl_plaintext://")}
    assert found == {expected}
    mongodb = ",".join(f"{name}:27017" for name in services(path) if _is_of("mongodb", name))
    assert {
        re.sub(r".*@|/.*", "", value) for value in _values(path) if value.startswith("mongodb://") and "@" in value
    } == {mongodb}
    assert services(path)["mongodb-set"]["environment"]["MONGODB_MEMBERS"] == mongodb


def _values(path: Path) -> list[str]:
    found = []
    for service in services(path).values():
        found += [str(value) for value in (service.get("environment") or {}).values()] + words(service)
    return found


def _is_of(kind: str, name: str) -> bool:
    return name.rstrip("-0123456789") == kind


def _own(name: str, service: Service) -> list[str]:
    """What says which member this is."""
    environment = service.get("environment") or {}
    words_of_its_own = [word for word in words(service) if re.match("--(server-id|report-host|.*local-address)=", word)]
    return [str(environment[key]) for key in OWN_VARIABLES if key in environment] + [
        *words_of_its_own,
        *(volume for volume in service["volumes"] if volume.startswith(f"{name}:")),
    ]


def _without(own: list[str], service: Service) -> str:
    environment = service.get("environment") or {}
    shared = {key: value for key, value in environment.items() if key not in OWN_VARIABLES}
    text = json.dumps({**service, "environment": shared}, sort_keys=True)
    for value in set(own) - set(environment.values()):
        text = text.replace(json.dumps(value), '""')
    return text


def _command_of_the_image(service: str) -> list[str]:
    lines = (ROOT / "services" / service / "Dockerfile").read_text().splitlines()
    command: list[str] = json.loads(next(line for line in lines if line.startswith("CMD ")).removeprefix("CMD "))
    return command
