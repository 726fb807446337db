"""Who is Redis's primary, as the Sentinels have agreed, and how far behind the replicas are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from redis import Redis, RedisError

from deploy.local.run.probes import HOST
from deploy.local.settings.environment import PRIMARY_NAME
from deploy.local.settings.profiles import Profile

SECONDS = 1.0


def roles(profile: Profile) -> Mapping[str, str]:
    servers = {profile.port(name): name for name in profile.topology.members("redis")}
    named = {name: primary_named_by(profile.port(name)) for name in profile.topology.members("sentinel")}
    votes = Counter(port for port in named.values() if port is not None)
    seen = {
        sentinel: f"names {servers.get(port, port)} as the primary" if port else "does not answer"
        for sentinel, port in named.items()
    }
    chosen = votes.most_common(1)[0][0] if votes else None
    return {**seen, **{name: _role(port, is_primary=port == chosen) for port, name in servers.items()}}


def primary_named_by(sentinel: int) -> int | None:
    """The port of the primary; None when this Sentinel does not answer or knows of none."""
    try:
        with _ask(sentinel) as client:
            address: Any = client.sentinel_get_master_addr_by_name(PRIMARY_NAME)
    except RedisError:
        return None
    return int(address[1]) if address else None


def _role(port: int, *, is_primary: bool) -> str:
    try:
        with _ask(port) as client:
            facts: dict[str, Any] = client.info("replication")
    except RedisError:
        return "does not answer"
    if is_primary and facts["role"] == "master":
        good = int(facts.get("min_slaves_good_slaves", 0))
        return f"PRIMARY, {good} replicas in step" + ("" if good else ": takes no writes")
    if facts["role"] == "master":
        return "still thinks it is the primary; takes no writes, and Sentinels will make it a replica"
    if facts["master_link_status"] != "up":
        return "replica, cut off from the primary"
    return f"replica, heard the primary {facts['master_last_io_seconds_ago']} s ago"


def _ask(port: int) -> Redis:
    return Redis(HOST, port, socket_timeout=SECONDS, socket_connect_timeout=SECONDS, decode_responses=True)
