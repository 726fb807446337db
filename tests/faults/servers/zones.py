"""What stands in a zone, who leads there, and whether all of it is whole again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import redis
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from deploy.local.engines import mysql_group
from deploy.local.engines.mysql_group.program import state_of
from deploy.local.run.probes import greets
from deploy.local.settings.environment import PRIMARY_NAME
from deploy.local.settings.profiles import Profile
from tests.faults.places import HOST

_ANSWERS_WITHIN_SECONDS = 3


def primary_of_redis(profile: Profile) -> str:
    """The name of the server that most Sentinels name. Raises LookupError when none does."""
    ports = [address[1] for address in _named_by_sentinels(profile)]
    if not ports:
        raise LookupError("no Sentinel names a primary")
    most = max(set(ports), key=ports.count)
    return next(name for name in profile.topology.members("redis") if profile.port(name) == most)


def primary_of_mysql(profile: Profile) -> str:
    """The member that says so of itself. Raises LookupError when none does."""
    for name in profile.topology.members("mysql"):
        if _state(profile, name) == "ONLINE PRIMARY":
            return name
    raise LookupError("no member says that it is the primary")


def cut_off_replicas(profile: Profile, primary: str) -> None:
    """Close the primary's connections to its replicas."""
    with _asked(profile.port(primary)) as asked:
        asked.client_kill_filter(_type="replica")


def set_min_replicas(profile: Profile, count: int) -> None:
    """Of every Redis that answers, while they run.

    A Sentinel that starts is ready when its primary has a replica, and Redis counts them only when it must have one.
    """
    for name in profile.topology.members("redis"):
        with suppress(redis.ConnectionError), _asked(profile.port(name)) as server:
            server.config_set("min-replicas-to-write", count)


def what_is_not_whole(profile: Profile, brokers: str) -> list[str]:
    """One sentence for each part that is not as it was before the fault; empty when all is well."""
    return [*not_whole_of_kafka(brokers), *_of_mysql(profile), *not_whole_of_redis(profile)]


def not_whole_of_kafka(brokers: str) -> Iterator[str]:
    try:
        topics = AdminClient({"bootstrap.servers": brokers}).list_topics(timeout=_ANSWERS_WITHIN_SECONDS).topics
    except KafkaException as error:
        yield f"Kafka: {error}"
        return
    behind = [
        f"{name}/{number}"
        for name, topic in topics.items()
        for number, partition in topic.partitions.items()
        if len(partition.isrs) < len(partition.replicas) or partition.leader < 0
    ]
    if behind:
        yield f"Kafka: {len(behind)} partitions lack a copy in step, such as {behind[0]}"


def _of_mysql(profile: Profile) -> Iterator[str]:
    states = {name: _state(profile, name) for name in profile.topology.members("mysql")}
    if sorted(states.values()) != ["ONLINE PRIMARY", "ONLINE SECONDARY", "ONLINE SECONDARY"]:
        yield f"MySQL: {states}"


def _state(profile: Profile, name: str) -> str:
    """What its process wrote last; empty for one that is dead, whose last word stands there still."""
    return state_of(profile.data(mysql_group.KEY) / name).strip() if greets(profile.port(name))() else ""


def not_whole_of_redis(profile: Profile) -> list[str]:
    """Empty when all Sentinels name one primary, which has all its replicas in step."""
    named = _named_by_sentinels(profile)
    sentinels = profile.topology.members("sentinel")
    if len(named) < len(sentinels) or len(set(named)) != 1:
        return [f"Redis: the Sentinels name {sorted(set(named))}"]
    try:
        with _asked(named[0][1]) as primary:
            facts = primary.info("replication")
    except redis.RedisError as error:
        return [f"Redis: {error}"]
    online = [value for value in facts.values() if isinstance(value, dict) and value.get("state") == "online"]
    all_of_them = len(profile.topology.members("redis")) - 1
    return [] if len(online) == all_of_them else [f"Redis: {len(online)} replicas in step"]


def sentinels_know_each_other(profile: Profile) -> bool:
    """Before that no failover is to be had."""
    sentinels, servers = (profile.topology.members(kind) for kind in ("sentinel", "redis"))

    def knows(name: str) -> bool:
        try:
            with _asked(profile.port(name)) as sentinel:
                facts: Any = sentinel.sentinel_master(PRIMARY_NAME)
        except redis.RedisError:
            return False
        return bool(facts["num-other-sentinels"] == len(sentinels) - 1 and facts["num-slaves"] == len(servers) - 1)

    return all(map(knows, sentinels))


def _named_by_sentinels(profile: Profile) -> list[tuple[str, int]]:
    named: list[tuple[str, int]] = []
    for name in profile.topology.members("sentinel"):
        try:
            with _asked(profile.port(name)) as sentinel:
                address: Any = sentinel.sentinel_get_master_addr_by_name(PRIMARY_NAME)
        except redis.RedisError:
            continue
        if address:
            named.append((str(address[0]), int(address[1])))
    return named


def _asked(port: int) -> redis.Redis:
    return redis.Redis(HOST, port, decode_responses=True, socket_timeout=_ANSWERS_WITHIN_SECONDS)
