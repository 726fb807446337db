"""Redis as production has it: a primary, two replicas and three Sentinels, one of each in every place.

Two replicas, because a primary without one takes no writes (`min-replicas-to-write 1`): with a single replica nothing
would be left to write to after a failover (docs/decisions/0022-a-third-place-for-redis.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from redis import Redis, RedisError

from deploy.local.engines.servers.redis_server import server
from deploy.local.places import tool
from deploy.local.run.probes import HOST, TIMEOUT_SECONDS
from deploy.local.run.program import Program, Ready
from deploy.local.settings.environment import PRIMARY_NAME
from deploy.local.settings.profiles import Profile

# The primary of the first start; afterwards Sentinels decide.
FIRST = "redis-1"

# A primary that hears nothing of a replica for two seconds takes no writes: cut off, it could only promise in vain.
KEEPS_APART = ("--min-replicas-to-write", "1", "--min-replicas-max-lag", "2")
IN_STEP = ("--repl-diskless-sync-delay", "0", "--repl-ping-replica-period", "1", "--repl-timeout", "10")
DOWN_AFTER_SECONDS, FAILOVER_SECONDS, QUORUM = 2, 6, 2
# A primary that was killed comes back after another was chosen, and follows that one: coming back sooner it would still
# be the primary, without the last writes if they were not in its file yet, although a replica has them.
PAUSE_SECONDS = 10.0

SENTINEL_FILE = """\
port {port}
bind {host}
dir {data}
sentinel monitor {name} {host} {first} {quorum}
sentinel down-after-milliseconds {name} {down_after}
sentinel failover-timeout {name} {failover}
sentinel parallel-syncs {name} 1
"""


def redis_group(profile: Profile) -> Sequence[Program]:
    """Three servers and three Sentinels. A Sentinel is ready when it knows all replicas, and the primary has one."""
    members = profile.topology.members("redis")
    return [
        *(_server(profile, name) for name in members),
        *(_sentinel(profile, name, members) for name in profile.topology.members("sentinel")),
    ]


def _server(profile: Profile, name: str) -> Program:
    """Ready when it leads or is in step: a Sentinel that looks earlier does not find it at the primary."""
    data, port = profile.data(name), profile.port(name)
    first = "" if name == FIRST else f"replicaof {HOST} {profile.port(FIRST)}\n"
    program = server(
        profile,
        name,
        data,
        prepare=lambda: keep_file(profile, data / "redis.conf", first),
        file=[str(data / "redis.conf")],
        more=[*KEEPS_APART, *IN_STEP],
        pause_seconds=PAUSE_SECONDS,
    )
    return replace(program, ready=_leads_or_follows(port))


def _sentinel(profile: Profile, name: str, servers: Sequence[str]) -> Program:
    data, port = profile.data(name), profile.port(name)
    return Program(
        name=name,
        command=[tool("redis-sentinel") or "redis-sentinel", str(data / "sentinel.conf")],
        ports=[port],
        ready=_can_fail_over(port, replicas=len(servers) - 1),
        prepare=lambda: keep_file(profile, data / "sentinel.conf", sentinel_file(profile, name)),
        after=servers,
    )


def sentinel_file(profile: Profile, name: str) -> str:
    return SENTINEL_FILE.format(
        port=profile.port(name),
        host=HOST,
        data=profile.data(name),
        name=PRIMARY_NAME,
        first=profile.port(FIRST),
        quorum=QUORUM,
        down_after=DOWN_AFTER_SECONDS * 1000,
        failover=FAILOVER_SECONDS * 1000,
    )


def keep_file(profile: Profile, path: Path, first: str) -> None:
    """Made once for a data directory: Sentinels write into it who is the primary, and that must outlive a stop.

    With other ports (SALON_FIRST_PORT) than at the last start it keeps what it says, of the new ports.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    note = path.with_name("ports.json")
    topology = profile.topology
    ports = {name: profile.port(name) for kind in ("redis", "sentinel") for name in topology.members(kind)}
    if not path.exists():
        path.write_text(first, encoding="ascii")
    elif (earlier := json.loads(note.read_text(encoding="ascii"))) != ports:
        moved = {str(port): str(ports[name]) for name, port in earlier.items()}
        text = re.sub(r"\b\d+\b", lambda word: moved.get(word[0], word[0]), path.read_text(encoding="utf-8"))
        path.write_text(text, encoding="utf-8")
    note.write_text(json.dumps(ports), encoding="ascii")


def _leads_or_follows(port: int) -> Ready:
    def probe() -> bool:
        try:
            with _ask(port) as client:
                facts = client.info("replication")
        except RedisError:
            return False
        return bool(facts["role"] == "master" or facts["master_link_status"] == "up")

    return probe


def _can_fail_over(port: int, *, replicas: int) -> Ready:
    """It knows another Sentinel and every replica, and the primary that it names takes writes.

    A Sentinel asks a primary for its replicas as soon as it meets it, and then every ten seconds. If the primary dies
    before it has named them, nobody is promoted; if it has named one of two, the other follows the dead one for ever,
    and the new primary, which has no replica, takes no writes.
    """

    def probe() -> bool:
        try:
            with _ask(port) as client:
                facts: dict[str, Any] = client.sentinel_master(PRIMARY_NAME)
                client.execute_command("SENTINEL", "CKQUORUM", PRIMARY_NAME)
            if int(facts["num-slaves"]) < replicas:
                return False
            with _ask(int(facts["port"])) as primary:
                return int(primary.info("replication").get("min_slaves_good_slaves", 0)) > 0
        except RedisError:
            return False

    return probe


def _ask(port: int) -> Redis:
    return Redis(HOST, port, socket_timeout=TIMEOUT_SECONDS, decode_responses=True)
