"""Every rule over every service of both files; and each rule finds a service that breaks it."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from deploy.local.settings import secrets_store
from tests.deploy.compose import hardening
from tests.deploy.compose.files import FILES, Service, each_service, read
from tests.deploy.compose.hardening import RULES, Rule

SPOILED: list[tuple[Rule, dict[str, Any]]] = [
    (hardening.nothing_is_written_to_its_image, {"read_only": False}),
    (hardening.nothing_is_written_to_its_image, {"tmpfs": []}),
    (hardening.its_folders_in_memory_are_its_users_too, {"tmpfs": ["/etc/nginx/conf.d"]}),
    (hardening.it_has_no_rights_of_root, {"cap_add": ["NET_ADMIN"]}),
    (hardening.it_has_no_rights_of_root, {"cap_drop": []}),
    (hardening.it_has_no_rights_of_root, {"security_opt": []}),
    (hardening.it_is_started_again_and_reaped, {"restart": "no"}),
    (hardening.it_takes_bounded_memory_logs_and_processes, {"mem_limit": None}),
    (hardening.it_takes_bounded_memory_logs_and_processes, {"logging": {"driver": "json-file"}}),
    (hardening.it_has_time_to_stop, {"stop_grace_period": "10s"}),
    (hardening.it_has_time_to_stop, {"stop_grace_period": "300s"}),
    (hardening.its_health_is_asked, {"healthcheck": {"disable": True}}),
    (hardening.a_store_is_in_the_back_network_only, {"networks": []}),
    (hardening.only_the_way_in_is_published_and_to_this_machine, {"ports": ["8000:8000"]}),
    (hardening.no_secret_is_in_its_environment, {"environment": {"MAIN_REDIS_URL": "redis://:word@redis:6379/0"}}),
    (hardening.no_secret_is_in_its_environment, {"environment": {"MAIL_PASSWORD": "word"}}),
    (hardening.no_secret_is_in_its_environment, {"environment": {"A_PASSWORD_FILE": "/run/secrets/of_another"}}),
    (hardening.every_secret_that_it_names_is_given_to_it, {"command": ["--password-file=/run/secrets/of_another"]}),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_service_of_both_files_is_contained(rule: Rule) -> None:
    wrong = [f"{file} {name}: {fault}" for file, name, service in each_service() if (fault := rule(name, service))]

    assert wrong == []


@pytest.mark.parametrize(("rule", "change"), SPOILED, ids=lambda value: getattr(value, "__name__", str(value)))
def test_the_rule_finds_a_service_of_ours_that_breaks_it(rule: Rule, change: dict[str, Any]) -> None:
    main = copy.deepcopy(_service("main-a")) | change

    assert rule("main-a", main)


def test_a_store_that_can_be_reached_from_outside_or_starts_as_root_is_found() -> None:
    redis = _service("redis-1")

    assert hardening.a_store_is_in_the_back_network_only("redis-1", redis | {"networks": ["front", "back"]})
    assert hardening.a_store_is_in_the_back_network_only("redis-1", redis | {"ports": ["127.0.0.1:6379:6379"]})
    assert hardening.only_the_way_in_is_published_and_to_this_machine("balancer", {"ports": ["80:8080"]})
    assert hardening.it_is_nobodys_root("redis-1", {"image": "redis:7", "user": "0:0"})
    assert hardening.its_image_is_one_version("redis-1", {"image": "redis:latest"})


def test_every_rule_was_seen_to_find_something() -> None:
    elsewhere = {hardening.it_is_nobodys_root, hardening.its_image_is_one_version}

    assert {rule for rule, _ in SPOILED} | elsewhere == set(RULES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_network_of_stores_has_no_way_in_and_none_out(path: Any) -> None:
    networks = read(path)["networks"]

    assert networks.keys() == {"front", "back"}
    assert networks["back"]["internal"] is True


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_secret_is_a_file_that_make_setup_writes_and_somebody_reads(path: Any) -> None:
    content = read(path)
    folder = ".local/secrets/" + secrets_store.FOR_COMPOSE
    written = {f"{folder}/{name}" for name in secrets_store.NAMES}

    assert {secret["file"] for secret in content["secrets"].values()} <= written
    used = {name for service in content["services"].values() for name in service.get("secrets", [])}
    assert used == content["secrets"].keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_volume_belongs_to_one_service(path: Any) -> None:
    content = read(path)
    mounted = [
        str(volume).partition(":")[0]
        for service in content["services"].values()
        for volume in service.get("volumes", [])
        if not str(volume).startswith(".")
    ]

    assert sorted(mounted) == sorted(content["volumes"])


def _service(name: str) -> Service:
    return next(service for _, known, service in each_service() if known == name)
