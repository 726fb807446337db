"""Three brokers and a Redis behind Sentinels: their files, and on real servers that a group remembers who leads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from redis import Redis, RedisError

from deploy.local.console import Console
from deploy.local.engines import servers
from deploy.local.engines.servers.redis_group import keep_file, sentinel_file
from deploy.local.run.starting import start_all
from deploy.local.run.supervision import Supervision
from deploy.local.settings import environment
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import Profile
from deploy.local.zones.redis_view import primary_named_by, roles
from deploy.topology import HA
from tests.deploy.small_programs import eventually


@pytest.fixture
def zones(profile: Profile) -> Profile:
    return replace(profile, topology=HA)


def _properties(profile: Profile, name: str) -> dict[str, str]:
    text = servers.kafka_properties(profile, name, HA.members("kafka"))
    assert "@" not in re.sub(r"\d@127", "", text)
    return dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))


def test_three_brokers_have_three_copies_of_everything_and_acknowledge_on_two(zones: Profile) -> None:
    for name in HA.members("kafka"):
        facts = _properties(zones, name)
        copies = {key: value for key, value in facts.items() if key.endswith("replication.factor")}
        in_step = {key: value for key, value in facts.items() if re.search(r"min\.(isr|insync\.replicas)$", key)}

        assert len(copies) == 4
        assert set(copies.values()) == {"3"}
        assert len(in_step) == 3
        assert set(in_step.values()) == {"2"}
        assert facts["unclean.leader.election.enable"] == "false"
        assert facts["auto.create.topics.enable"] == "false"
        assert facts["broker.session.timeout.ms"] == "3000"


def test_each_broker_knows_its_place_and_all_voters(zones: Profile) -> None:
    facts = {name: _properties(zones, name) for name in HA.members("kafka")}

    assert {name: each["broker.rack"] for name, each in facts.items()} == {
        name: HA.place_of(name) for name in HA.members("kafka")
    }
    assert len({each["controller.quorum.voters"] for each in facts.values()}) == 1
    assert facts["kafka-1"]["controller.quorum.voters"].count("@") == 3
    assert {each["node.id"] for each in facts.values()} == {"1", "2", "3"}
    assert len({each["log.dirs"] for each in facts.values()}) == 3


def test_one_broker_alone_keeps_the_one_copy_that_there_is(profile: Profile) -> None:
    properties = servers.kafka_properties(profile).splitlines()

    assert "default.replication.factor=1" in properties
    assert "min.insync.replicas=1" in properties
    assert not any("@" in line for line in properties if "quorum.voters" not in line)


def test_a_primary_that_is_left_alone_takes_no_writes(zones: Profile) -> None:
    members = [program for program in servers.redis_group(zones) if program.name.startswith("redis")]

    assert len(members) == 3
    for program in members:
        command = " ".join(program.command)
        assert "--min-replicas-to-write 1 --min-replicas-max-lag 2" in command
        assert "--appendonly yes" in command


def test_a_killed_primary_comes_back_only_after_another_was_chosen(zones: Profile) -> None:
    timeout_seconds = {program.name: program.pause_seconds for program in servers.redis_group(zones)}
    thinks_it_down = re.search(r"down-after-milliseconds salon (\d+)", sentinel_file(zones, "sentinel-1"))

    assert thinks_it_down is not None
    assert timeout_seconds["redis-1"] >= 2 * int(thinks_it_down[1]) / 1000


def test_what_sentinels_wrote_into_their_file_is_kept(zones: Profile, tmp_path: Path) -> None:
    path = tmp_path / "sentinel.conf"
    keep_file(zones, path, sentinel_file(zones, "sentinel-1"))
    path.write_text(path.read_text() + f"sentinel known-replica salon 127.0.0.1 {zones.port('redis-2')}\n")

    keep_file(zones, path, sentinel_file(zones, "sentinel-1"))

    assert "known-replica" in path.read_text()


def test_with_other_ports_it_says_the_same_of_the_new_ones(zones: Profile, tmp_path: Path) -> None:
    path = tmp_path / "redis.conf"
    keep_file(zones, path, f"replicaof 127.0.0.1 {zones.port('redis-3')}\n")
    moved = replace(zones, base_port=zones.base_port + 4000)

    keep_file(moved, path, "replicaof 127.0.0.1 1\n")

    assert path.read_text() == f"replicaof 127.0.0.1 {moved.port('redis-3')}\n"


def test_processes_are_told_of_all_members_and_of_sentinels_in_place_of_a_primary(zones: Profile) -> None:
    where = environment.servers(zones, read_choices(Path("/nowhere"), {}))

    assert where.kafka_brokers.split(",") == [f"127.0.0.1:{zones.port(name)}" for name in HA.members("kafka")]
    assert where.redis_url.startswith("redis+sentinel://")
    assert all(str(zones.port(name)) in where.redis_url for name in HA.members("sentinel"))


@contextmanager
def _group(profile: Profile) -> Iterator[Supervision]:
    programs = servers.redis_group(profile)
    with Supervision(profile, programs, {}) as supervision, Console() as console:
        start_all(supervision, programs, console)
        yield supervision


def _primary(profile: Profile) -> int | None:
    named = {primary_named_by(profile.port(name)) for name in HA.members("sentinel")}
    return named.pop() if len(named) == 1 else None


def _write(port: int, value: str) -> bool:
    try:
        with Redis(port=port, socket_timeout=1) as client:
            client.set("kept", value)
            return bool(client.wait(1, 1000))
    except RedisError:
        return False


def _replicas_known(sentinel: int) -> int:
    try:
        with Redis(port=sentinel, socket_timeout=1, decode_responses=True) as client:
            facts: dict[str, Any] = client.sentinel_master("salon")
    except RedisError:
        return -1
    return int(facts["num-slaves"])


def test_the_group_is_ready_when_each_sentinel_knows_both_who_could_take_over(zones: Profile) -> None:
    """A primary that ends as soon as the start is over: a replica nobody knew of would follow it for ever."""
    programs = servers.redis_group(zones)
    sentinels = HA.members("sentinel")
    with Supervision(zones, programs, {}) as supervision, ThreadPoolExecutor() as pool:
        supervision.start("redis-1")
        supervision.start("redis-2")
        ready = [pool.submit(supervision.start, name) for name in sentinels]
        assert eventually(lambda: all(_replicas_known(zones.port(name)) == 1 for name in sentinels))
        supervision.start("redis-3")
        for one in ready:
            one.result()
        supervision.stop("redis-1")

        assert eventually(lambda: (port := _primary(zones)) is not None and _write(port, "after"))


def test_after_a_failover_and_a_stop_of_everything_the_same_one_leads_and_has_what_was_written(zones: Profile) -> None:
    with _group(zones) as supervision:
        first = zones.port("redis-1")
        assert _primary(zones) == first
        assert _write(first, "before")
        supervision.stop("redis-1")
        assert eventually(lambda: _primary(zones) not in {None, first})
        second = _primary(zones)
        assert second is not None
        assert eventually(lambda: _write(second, "after"))

    with _group(zones):
        assert eventually(lambda: _primary(zones) == second)
        assert Redis(port=second).get("kept") == b"after"
        # The one that missed it follows, and nobody reads the old value from a primary.
        assert eventually(lambda: roles(zones)["redis-1"].startswith("replica"))
        assert Redis(port=first).get("kept") == b"after"
