"""Servers are started with what keeps the promises, here and in both Compose files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy.local.settings.profiles import profile_named
from tests.architecture.safe_settings import servers
from tests.architecture.safe_settings.servers import Rule, Settings

SMALL = profile_named("dev", salon_port=8000, lite=False)
TWO_ZONES = profile_named("ha", salon_port=8000, lite=False)
KAFKA = servers.kafka(SMALL, TWO_ZONES)
REDIS = servers.redis_servers(SMALL, TWO_ZONES)
MYSQL = servers.mysql(TWO_ZONES)
SENTINELS = servers.sentinels(TWO_ZONES)
FILES = servers.files_of_deployment()

EACH: tuple[tuple[Rule, Mapping[str, Settings]], ...] = (
    (servers.kafka_keeps_what_it_acknowledged, KAFKA),
    (servers.redis_keeps_what_it_acknowledged, REDIS),
    (servers.mysql_keeps_what_it_acknowledged, MYSQL),
)
# What each rule must find: a setting of the strictest place, and the value that it is spoiled with.
SPOILED: list[tuple[Rule, Settings, str, str]] = [
    (servers.kafka_keeps_what_it_acknowledged, KAFKA["docker-compose.ha.yml kafka-1"], name, value)
    for name, value in {
        "auto.create.topics.enable": "true",
        "unclean.leader.election.enable": "true",
        "transaction.max.timeout.ms": "900000",
        "default.replication.factor": "1",
        "min.insync.replicas": "1",
        "offsets.topic.replication.factor": "2",
        "transaction.state.log.min.isr": "1",
        "broker.rack": "",
    }.items()
]
SPOILED += [
    (servers.redis_keeps_what_it_acknowledged, REDIS["docker-compose.ha.yml redis-1"], name, value)
    for name, value in {
        "appendonly": "no",
        "appendfsync": "no",
        "maxmemory-policy": "allkeys-lru",
        "min-replicas-to-write": "0",
        "min-replicas-max-lag": "0",
    }.items()
]
SPOILED += [
    (servers.mysql_keeps_what_it_acknowledged, MYSQL["docker-compose.ha.yml mysql-1"], name, value)
    for name, value in {
        "innodb-flush-log-at-trx-commit": "2",
        "sync-binlog": "0",
        "gtid-mode": "OFF",
        "group-replication-consistency": "EVENTUAL",
        "group-replication-unreachable-majority-timeout": "0",
        "group-replication-bootstrap-group": "ON",
        "group-replication-start-on-boot": "ON",
        "group-replication-exit-state-action": "OFFLINE_MODE",
        "group-replication-member-expel-timeout": "300",
    }.items()
]


@pytest.mark.parametrize(("rule", "places"), EACH, ids=lambda value: getattr(value, "__name__", ""))
def test_every_place_that_starts_a_server_keeps_what_is_acknowledged(
    rule: Rule, places: Mapping[str, Settings]
) -> None:
    assert {place: message for place, settings in places.items() if (message := rule(settings))} == {}
    assert len(places) >= 5 if rule is not servers.kafka_keeps_what_it_acknowledged else len(places) == 8


@pytest.mark.parametrize(
    ("rule", "place", "name", "value"), SPOILED, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_rule_finds_a_server_that_would_lose_it(rule: Rule, place: Settings, name: str, value: str) -> None:
    assert rule(place) == ""

    assert rule({**place, name: value})


def test_sentinels_act_only_when_two_of_them_agree() -> None:
    assert {
        place: message
        for place, text in SENTINELS.items()
        if (message := servers.sentinels_agree_before_they_act(text))
    } == {}
    alone = "sentinel monitor salon redis-1 6379 1\nsentinel down-after-milliseconds salon 2000"
    slow = "sentinel monitor salon redis-1 6379 2\nsentinel down-after-milliseconds salon 30000"
    assert servers.sentinels_agree_before_they_act(alone)
    assert servers.sentinels_agree_before_they_act(slow)


@pytest.mark.parametrize("kind", servers.SIGNS)
def test_no_other_file_starts_such_a_server(kind: str) -> None:
    assert servers.unknown_places(kind, FILES) == []
    assert servers.SIGNS[kind][1] <= FILES.keys()


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("kafka", "controller.quorum.voters=1@localhost:9093"),
        ("redis", "    image: redis:7.4-bookworm"),
        ("redis", "redis-server --appendonly no"),
        ("mysql", "    image: mysql:9.7"),
    ],
)
def test_a_new_file_that_starts_one_is_found(kind: str, text: str) -> None:
    assert servers.unknown_places(kind, {**FILES, "deploy/new": text}) == ["deploy/new"]


def test_the_images_of_compose_are_of_the_version_that_runs_here() -> None:
    compose = [FILES[name] for name in ("docker-compose.yml", "docker-compose.ha.yml")]
    for text in compose:
        assert "image: mysql:9.7" in text
        assert f"image: apache/kafka:{_version_of_kafka()}" in text


def _version_of_kafka() -> str:
    pom = (Path(__file__).parents[2] / "deploy" / "kafka" / "pom.xml").read_text()
    return pom.split("<kafka.version>")[1].split("<")[0]
