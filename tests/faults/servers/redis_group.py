"""Redis as production has it: a primary, two replicas and three Sentinels, each a process of its own.

Two replicas, because `min-replicas-to-write 1` lets the line go on only where a replica is left after a failover.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import redis

from deploy.local.places import tool
from deploy.local.run.probes import answers
from deploy.local.run.program import Program
from tests.faults.places import FAULTS, HOST, PRIMARY_NAME, REDIS_PORTS, SENTINEL_PORTS
from tests.faults.servers.victim import Victim

_DATA = FAULTS / "redis"
_SENTINEL = """\
port {port}
bind 127.0.0.1
dir {data}
sentinel monitor {name} 127.0.0.1 {primary} 2
sentinel down-after-milliseconds {name} 2000
sentinel failover-timeout {name} 6000
sentinel parallel-syncs {name} 1
"""


class LoneRedis:
    """One server, as `make run` has it."""

    url = f"redis://{HOST}:{REDIS_PORTS[0]}/0"

    def __init__(self, *, prefix: Sequence[str] = ()) -> None:
        shutil.rmtree(_DATA, ignore_errors=True)
        program = _server(REDIS_PORTS[0], keeps_apart=False)
        self.server = Victim(replace(program, command=[*prefix, *program.command]))

    def start(self) -> None:
        self.server.start()

    def stop(self) -> None:
        self.server.stop()

    def status(self) -> redis.Redis:
        return redis.Redis(port=REDIS_PORTS[0], decode_responses=True)


class RedisGroup:
    """`keeps_apart`: a primary without a replica takes no writes (min-replicas-to-write 1)."""

    url = f"redis+sentinel://{','.join(f'{HOST}:{port}' for port in SENTINEL_PORTS)}/{PRIMARY_NAME}/0"

    def __init__(self, *, keeps_apart: bool = True) -> None:
        shutil.rmtree(_DATA, ignore_errors=True)
        self.servers = {port: Victim(_server(port, keeps_apart=keeps_apart)) for port in REDIS_PORTS}
        self.sentinels = [Victim(_sentinel(port)) for port in SENTINEL_PORTS]

    def start(self) -> None:
        for server in self.servers.values():
            server.start()
        for port in REDIS_PORTS[1:]:
            redis.Redis(port=port).replicaof(HOST, REDIS_PORTS[0])
        _until(lambda: self._synced_replicas() == len(REDIS_PORTS) - 1, what="replicas in step")
        for sentinel in self.sentinels:
            sentinel.start()
        _until(self._sentinels_know_each_other, what="Sentinels that know each other")

    def stop(self) -> None:
        for victim in (*self.sentinels, *self.servers.values()):
            victim.stop()

    def primary(self) -> int:
        """The port of the primary that most Sentinels name."""
        named: list[Any] = [_ask(port).sentinel_get_master_addr_by_name(PRIMARY_NAME) for port in SENTINEL_PORTS]
        ports = [int(address[1]) for address in named if address]
        return max(set(ports), key=ports.count)

    def replicas(self) -> list[Victim]:
        primary = self.primary()
        return [victim for port, victim in self.servers.items() if port != primary]

    def cut_off(self, primary: int) -> None:
        """Close the primary's connections to its replicas."""
        _ask(primary).client_kill_filter(_type="replica")

    def wait_for_another_primary(self, than: int) -> float:
        """Seconds until the Sentinels agreed on another."""
        began = time.monotonic()
        _until(lambda: self.primary() != than, what="another primary")
        return time.monotonic() - began

    def status(self) -> redis.Redis:
        return redis.Redis(port=self.primary(), decode_responses=True)

    def _synced_replicas(self) -> int:
        facts = redis.Redis(port=REDIS_PORTS[0], decode_responses=True).info("replication")
        return sum(isinstance(value, dict) and value.get("state") == "online" for value in facts.values())

    def _sentinels_know_each_other(self) -> bool:
        def knows(port: int) -> bool:
            facts: Any = _ask(port).sentinel_master(PRIMARY_NAME)
            return bool(facts["num-other-sentinels"] == 2 and facts["num-slaves"] == len(REDIS_PORTS) - 1)

        return all(knows(port) for port in SENTINEL_PORTS)


def _ask(port: int) -> redis.Redis:
    return redis.Redis(port=port, decode_responses=True, socket_timeout=1)


def _server(port: int, *, keeps_apart: bool) -> Program:
    data = _DATA / str(port)
    options = {
        "bind": HOST,
        "port": port,
        "dir": data,
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "repl-diskless-sync-delay": 0,
        "repl-ping-replica-period": 1,
        "min-replicas-to-write": int(keeps_apart),
        "min-replicas-max-lag": 2,
    }
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    return Program(
        name=f"redis-{port}",
        command=[tool("redis-server") or "redis-server", *words],
        ports=[port],
        ready=answers(port, send=b"PING\r\n", expect=b"+PONG"),
        prepare=lambda: data.mkdir(parents=True, exist_ok=True),
    )


def _sentinel(port: int) -> Program:
    data = _DATA / f"sentinel-{port}"

    def prepare() -> None:
        data.mkdir(parents=True, exist_ok=True)
        text = _SENTINEL.format(port=port, data=data, name=PRIMARY_NAME, primary=REDIS_PORTS[0])
        (data / "sentinel.conf").write_text(text)

    return Program(
        name=f"sentinel-{port}",
        command=[tool("redis-server") or "redis-server", str(data / "sentinel.conf"), "--sentinel"],
        ports=[port],
        ready=answers(port, send=b"PING\r\n", expect=b"+PONG"),
        prepare=prepare,
    )


def _until(happened: Callable[[], bool], *, what: str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {seconds:.0f} s")
        time.sleep(0.05)
