from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.develop import compose_file
from deploy.local.settings import environment
from deploy.local.settings.dotenv import parse, read_choices
from deploy.local.settings.profiles import Profile
from deploy.processes import JOBS as JOBS_BEFORE
from deploy.processes import PROCESSES, Job, Process

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
JOBS = {"topics", "migrate", "seed"}
OURS = {name: service for name, service in SERVICES.items() if "build" in service}


def test_the_file_is_one_that_docker_can_read() -> None:
    assert compose_file.what_is_wrong() == ""


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - JOBS))
def test_every_process_that_stays_has_a_health_check(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"


def test_topics_and_migrations_come_before_every_process_that_needs_them() -> None:
    main = SERVICES["main-1"]["depends_on"]

    assert {main[job]["condition"] for job in ("topics", "seed")} == {"service_completed_successfully"}
    assert SERVICES["seed"]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
    for name in ("queue-1", "queue-2", "chat-worker"):
        assert SERVICES[name]["depends_on"]["topics"]["condition"] == "service_completed_successfully"


def test_no_secret_stands_in_the_file() -> None:
    values = [
        (key, str(value))
        for service in SERVICES.values()
        for key, value in service.get("environment", {}).items()
        if re.search("PASSWORD|SECRET|KEY", key)
    ]

    assert values
    assert all(value == "yes" or value.startswith("/run/secrets/") for _, value in values)
    assert not re.search(r"://[^/\s]*:[^/\s]*@", TEXT)


def test_every_image_is_pinned() -> None:
    foreign = [service["image"] for name, service in SERVICES.items() if name not in OURS and "image" in service]
    bases = [
        line.split()[1]
        for name in ("main", "queue", "chat-worker", "web")
        for line in (ROOT / "services" / name / "Dockerfile").read_text().splitlines()
        if line.startswith("FROM")
    ]

    assert all(re.search(r":\d", image) for image in [*foreign, *bases])


@pytest.mark.parametrize("name", ["main", "queue", "chat-worker", "web"])
def test_no_container_of_ours_runs_as_root(name: str) -> None:
    lines = (ROOT / "services" / name / "Dockerfile").read_text().splitlines()

    users = [line.split()[1] for line in lines if line.startswith("USER")]
    assert users
    assert users[-1] not in {"root", "0"}


def test_a_process_gets_the_same_variables_in_docker_as_from_make_run(profile: Profile) -> None:
    choices = read_choices(ROOT / "no such file", {})
    local = environment.variables(profile, environment.servers(profile, choices))
    # In Docker the default is right: the operator console is not opened up there.
    left_to_the_default = {"MAIN_DEBUG"}

    for name, prefix in (("main-1", "MAIN_"), ("queue-1", "QUEUE_"), ("chat-worker", "CHAT_WORKER_")):
        wanted = {key for key in local if key.startswith(prefix)} - left_to_the_default
        assert SERVICES[name]["environment"].keys() == wanted


def test_the_example_lists_every_variable_that_a_process_is_given(profile: Profile) -> None:
    example = (ROOT / ".env.example").read_text()
    choices = read_choices(ROOT / "no such file", {})
    given = environment.variables(profile, environment.servers(profile, choices))
    of_the_shell = {"SALON_PROFILE", "SALON_URL", "SALON_BASE_URL"}

    assert given.keys() - of_the_shell <= parse(example).keys()


def test_health_of_a_worker_can_be_asked_from_other_containers_and_on_a_laptop_only_from_itself(
    profile: Profile,
) -> None:
    local = environment.variables(profile, environment.servers(profile, read_choices(ROOT / "no such file", {})))

    for name, variable in (("relay-outbox", "MAIN_METRICS_HOST"), ("chat-worker", "CHAT_WORKER_METRICS_HOST")):
        assert SERVICES[name]["environment"][variable] == "0.0.0.0"  # noqa: S104  # in a container
        assert local[variable] == "127.0.0.1"


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.name)
def test_compose_starts_what_the_table_of_processes_says(process: Process) -> None:
    service = SERVICES[process.name]
    words = ["python", *process.arguments(host="0.0.0.0", port=8000)]  # noqa: S104  # inside its container

    assert service.get("command", _command_of_the_image(process.service)) == words
    own = process.own_environment(host="0.0.0.0", port=8000)  # noqa: S104
    assert own.items() <= service["environment"].items()


def test_compose_has_no_process_that_the_table_does_not_name() -> None:
    assert OURS.keys() - {"nginx", "topics"} == {part.name for part in (*PROCESSES, *JOBS_BEFORE)}


@pytest.mark.parametrize("job", JOBS_BEFORE, ids=lambda job: job.name)
def test_compose_runs_the_same_jobs(job: Job) -> None:
    assert SERVICES[job.name]["command"] == ["python", *job.command]


def _command_of_the_image(service: str) -> list[str]:
    lines = (ROOT / "services" / service / "Dockerfile").read_text().splitlines()
    command: list[str] = json.loads(next(line for line in lines if line.startswith("CMD ")).removeprefix("CMD "))
    return command
