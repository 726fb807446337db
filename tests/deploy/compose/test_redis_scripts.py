"""The scripts that start Redis and its Sentinels in Compose, run for real: with passwords and names for addresses."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel

from deploy.local.places import ROOT
from deploy.local.settings.profiles import Profile
from salon_kit.addresses import with_passwords
from salon_kit.redis.connect import connect
from tests.deploy.compose.files import HA, services, words

SCRIPTS = ROOT / "deploy" / "redis"
PASSWORD = "letters0and0digits"
# A name, as containers have: addresses change, and names do not.
HOST = "localhost"
PAUSE_SECONDS = 6


class Group:
    """Three servers and three Sentinels, each started as its service in docker-compose.ha.yml is."""

    def __init__(self, folder: Path, first_port: int) -> None:
        self._folder = folder
        self.servers = [first_port + number for number in (1, 2, 3)]
        self.sentinels = [first_port + number for number in (4, 5, 6)]
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._password_file = folder / "redis_password"
        self.set_password(PASSWORD)

    def set_password(self, password: str) -> None:
        self.password = password
        self._password_file.write_text(password)

    def start(self, port: int) -> None:
        data = self._folder / str(port)
        data.mkdir(exist_ok=True)
        is_server = port in self.servers
        service = services(HA)["redis-1" if is_server else "sentinel-1"]
        script, *arguments = words(service)
        own = {
            "REDIS_PASSWORD_FILE": str(self._password_file),
            "REDIS_FIRST_PRIMARY": f"{HOST}:{self.servers[0]}",
            "REDIS_ADDRESS": f"{HOST}:{port}",
            "SENTINEL_ADDRESS": f"{HOST}:{port}",
            "REDIS_CONF": str(data / "redis.conf"),
            "SENTINEL_CONF": str(data / "sentinel.conf"),
            "REDIS_PAUSE_SECONDS": str(PAUSE_SECONDS),
        }
        assert set(service["environment"]) <= set(own)
        here = ["--bind", "127.0.0.1"] if is_server else []
        with (data / "log").open("ab") as log:
            self._running[port] = subprocess.Popen(
                [str(SCRIPTS / Path(script).name), *arguments, *here],
                cwd=data,
                env={**os.environ, **own},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self, port: int) -> None:
        process = self._running.pop(port)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for port in list(self._running):
            self.kill(port)

    def command_lines(self) -> list[str]:
        return [Path(f"/proc/{process.pid}/cmdline").read_text() for process in self._running.values()]

    def primary(self) -> redis.Redis:
        """As our services connect."""
        sentinels = ",".join(f"{HOST}:{port}" for port in self.sentinels)
        password = self._password_file.read_text()
        settings = {"redis_url": f"redis+sentinel://{sentinels}/salon/0", "redis_password": password}
        url = with_passwords({**settings, "redis_sentinel_password": password})["redis_url"]
        return connect(url, answer_seconds=1, connect_seconds=1)

    def primary_port(self) -> int:
        return int(self._manager().discover_master("salon")[1])

    def _manager(self) -> Any:
        return Sentinel(  # type: ignore[no-untyped-call]  # redis-py's own
            [(HOST, port) for port in self.sentinels], sentinel_kwargs={"password": self.password, **_bounded()}
        )

    def is_healthy(self, port: int) -> bool:
        """By the health check of its service."""
        is_server = port in self.servers
        asked = str(services(HA)["redis-1" if is_server else "sentinel-1"]["healthcheck"]["test"][1])
        here = asked.replace("$$", "$").replace("/run/secrets/redis_password", str(self._password_file))
        here = here.replace("redis-cli", f"redis-cli -p {port}").replace("-p 26379", "")
        return subprocess.run(["sh", "-c", here], capture_output=True, check=False).returncode == 0

    def is_watched(self) -> bool:
        """Each Sentinel is healthy and knows all three."""
        if not all(map(self.is_healthy, self.sentinels)):
            return False
        asked: list[Any] = [self.ask(port) for port in self.sentinels]
        agreed = [str(client.execute_command("SENTINEL", "CKQUORUM", "salon")) for client in asked]
        return all(answer.startswith("OK 3") for answer in agreed)

    def replicas(self) -> int:
        return int(self.ask(self.primary_port()).info("replication")["connected_slaves"])

    def ask(self, port: int, password: str | None = None) -> redis.Redis:
        return redis.Redis(
            host=HOST,
            port=port,
            password=self.password if password is None else password,
            decode_responses=True,
            **_bounded(),
        )


def _bounded() -> dict[str, Any]:
    return {"socket_timeout": 1, "retry": Retry(NoBackoff(), 0)}


def _until(happened: Callable[[], bool], *, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if happened():
                return
        except redis.RedisError:
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(happened)
        time.sleep(0.1)


@pytest.fixture
def group(tmp_path: Path, profile: Profile) -> Iterator[Group]:
    group = Group(tmp_path, profile.base_port + 700)
    try:
        for port in group.servers:
            group.start(port)
        _until(lambda: all(map(group.is_healthy, group.servers)))
        assert group.ask(group.servers[0]).info("replication")["connected_slaves"] == 2
        for port in group.sentinels:
            group.start(port)
        _until(group.is_watched)
        yield group
    finally:
        group.stop()


def test_who_has_no_password_learns_and_changes_nothing_and_no_process_list_shows_it(group: Group) -> None:
    for port in (*group.servers, *group.sentinels):
        with pytest.raises(redis.AuthenticationError):
            group.ask(port, "").ping()

    assert group.primary().set("a", 1)
    assert PASSWORD not in "".join(group.command_lines())


def test_a_killed_primary_is_replaced_and_comes_back_as_a_replica_even_when_docker_starts_it_at_once(
    group: Group,
) -> None:
    first = group.primary_port()
    client = group.primary()
    client.set("before", 1)
    assert client.wait(1, 1000) >= 1

    group.kill(first)
    group.start(first)

    _until(lambda: group.primary_port() != first)
    _until(lambda: bool(group.primary().set("after", 1)))
    assert group.primary().get("before") == "1"
    _until(lambda: group.replicas() == 2)
    assert group.ask(first).info("replication")["role"] == "slave"


def test_a_whole_stop_and_start_keeps_what_was_acknowledged_and_takes_up_a_new_password(group: Group) -> None:
    first = group.primary_port()
    group.kill(first)
    _until(lambda: group.primary_port() != first)
    _until(lambda: bool(group.primary().set("kept", 1)))
    assert group.primary().wait(1, 1000) >= 1

    group.stop()
    group.set_password("another1password")
    for port in (*group.servers, *group.sentinels):
        group.start(port)

    _until(lambda: bool(group.primary().set("again", 1)), seconds=50)
    assert group.primary().get("kept") == "1"
    with pytest.raises(redis.AuthenticationError):
        group.ask(group.sentinels[0], PASSWORD).ping()
