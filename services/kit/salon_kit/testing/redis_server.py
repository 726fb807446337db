"""Redis servers of a test's own: to be flushed, hung, killed, and led by Sentinels."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis

from salon_kit.testing.ports import claim_port

STARTS_WITHIN_SECONDS = 15.0


class RedisProcess:
    """One server. Pub/sub is not divided by database number, and it is flushed and killed: nobody else may use it."""

    def __init__(self, folder: Path, *, password: str = "") -> None:
        self.port = claim_port()
        self.url = f"redis://{f':{password}@' if password else ''}127.0.0.1:{self.port}/0"
        self._folder = folder
        self._password = password
        self.start()

    def start(self) -> None:
        words = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        secrets = ["--requirepass", self._password, "--masterauth", self._password] if self._password else []
        waits = ["--repl-diskless-sync-delay", "0"]
        self._process = subprocess.Popen(  # noqa: S603  # our own words
            [*words, *secrets, *waits, "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        _until(lambda: _answers(self.port), what="a Redis that answers")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def follow(self, primary: RedisProcess) -> None:
        """Be its replica. Returns when it has all that the primary has."""
        with self.client() as mine:
            mine.replicaof("127.0.0.1", str(primary.port))
        _until(lambda: self.replication()["master_link_status"] == "up", what="a replica in step")

    def replication(self) -> dict[str, Any]:
        """What it says about whom it follows and who follows it."""
        with self.client() as mine:
            facts: Any = mine.info("replication")
        return dict(facts)

    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port, password=self._password or None, decode_responses=True)

    @contextmanager
    def hung(self) -> Iterator[None]:
        self._process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)


class RedisWithSentinel:
    """A primary, two replicas and the one Sentinel that names the primary. `url` is a RedisAddress.

    As in production a primary that nobody follows takes no writes. The url names a second Sentinel too, one that is
    not there: clients must not mind.
    """

    def __init__(self, folder: Path, *, password: str = "", sentinel_password: str = "") -> None:
        self.servers = [RedisProcess(_made(folder / name), password=password) for name in ("one", "two", "three")]
        for replica in self.servers[1:]:
            replica.follow(self.servers[0])
        for server in self.servers:
            with server.client() as client:
                client.config_set("min-replicas-to-write", "1")
        self._sentinel_password = sentinel_password
        port = claim_port()
        lines = [
            f"port {port}",
            "bind 127.0.0.1",
            f"dir {_made(folder / 'sentinel')}",
            f"sentinel monitor salon 127.0.0.1 {self.servers[0].port} 1",
            "sentinel down-after-milliseconds salon 500",
            "sentinel failover-timeout salon 2000",
            *([f"sentinel auth-pass salon {password}"] if password else []),
            *([f"requirepass {sentinel_password}"] if sentinel_password else []),
        ]
        settings = folder / "sentinel.conf"
        settings.write_text("\n".join(lines) + "\n")
        self._sentinel = subprocess.Popen(  # noqa: S603  # our own words
            ["redis-server", str(settings), "--sentinel"],  # noqa: S607  # of the machine
            stdout=subprocess.DEVNULL,
        )
        self._asked: Any = redis.Redis(port=port, password=sentinel_password or None, decode_responses=True)
        _until(lambda: _answers(port) and self._sentinel_knows_replicas(), what="a Sentinel that knows the replicas")
        secret = f":{password}@" if password else ""
        query = f"?sentinel_password={sentinel_password}" if sentinel_password else ""
        self.url = f"redis+sentinel://{secret}127.0.0.1:9,127.0.0.1:{port}/salon/0{query}"

    def primary(self) -> RedisProcess:
        """Whom the Sentinel names."""
        address: Any = self._asked.sentinel_get_master_addr_by_name("salon")
        [named] = [server for server in self.servers if server.port == int(address[1])]
        return named

    def fail_over(self) -> None:
        """As an operator asks for it, before a server is taken down. Returns when it has begun."""

        def has_begun() -> bool:
            try:
                return bool(self._asked.execute_command("SENTINEL FAILOVER", "salon"))
            except redis.ResponseError:  # it has not asked the replicas yet how they are
                return False

        _until(has_begun, what="failover")

    def wait_for_another_primary(self, than: RedisProcess) -> RedisProcess:
        _until(lambda: self.primary() is not than, what="another primary")
        _until(lambda: bool(self.primary().replication().get("min_slaves_good_slaves")), what="one that takes writes")
        return self.primary()

    def stop(self) -> None:
        self._asked.close()
        self._sentinel.kill()
        self._sentinel.wait()
        for server in self.servers:
            server.stop()

    def _sentinel_knows_replicas(self) -> bool:
        return int(self._asked.sentinel_master("salon")["num-slaves"]) == len(self.servers) - 1


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _answers(port: int) -> bool:
    """Whether it speaks, be it only to ask for a password."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(8)[:5] in (b"+PONG", b"-NOAU")
    except OSError:
        return False


def _until(check: Callable[[], bool], *, what: str) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_SECONDS
    while not check():
        if time.monotonic() > deadline:
            raise TimeoutError(f"no {what} within {STARTS_WITHIN_SECONDS:.0f} s")
        time.sleep(0.02)
