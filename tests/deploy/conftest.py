from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.settings.profiles import OFFSETS, Profile
from deploy.topology import HA
from tests.deploy import kafka_group_stand, mysql_group_stand
from tests.deploy.kafka_group_stand import KafkaGroup
from tests.deploy.nginx_stand import Nginx, open_nginx
from tests.faults.servers.mysql_group import MySQLGroup


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """A profile whose ports are free and whose state is nobody else's."""
    base = _free_base()
    return Profile("tried", base, base, lite=False, home=tmp_path)


@pytest.fixture(scope="module")
def free_profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """The same, for all tests of a file."""
    base = _free_base()
    return Profile("tried", base, base, lite=False, home=tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="session")
def mysql_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MySQLGroup]:
    """Three members, made once. A test that breaks one mends it."""
    yield from mysql_group_stand.started(tmp_path_factory.mktemp("mysql-group"))


@pytest.fixture(scope="module")
def kafka_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaGroup]:
    """Three brokers. What a test kills it starts again."""
    base = _free_base()
    home = tmp_path_factory.mktemp("kafka-group")
    with kafka_group_stand.started(Profile("tried", base, base, lite=False, home=home, topology=HA)) as group:
        yield group


@pytest.fixture
def own_nginx(profile: Profile, tmp_path: Path) -> Iterator[Nginx]:
    """For a test that ends what stands behind nginx, or counts what nginx counts."""
    with open_nginx(profile, tmp_path) as nginx:
        yield nginx


@pytest.fixture(scope="session")
def _shared_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    home, base = tmp_path_factory.mktemp("nginx"), _free_base()
    with open_nginx(Profile("shared", base, base, lite=False, home=home), home) as nginx:
        yield nginx


@pytest.fixture
def nginx(_shared_nginx: Nginx) -> Nginx:
    """One for all tests; nothing has reached its services yet."""
    for stand in _shared_nginx.stands.values():
        stand.requests.clear()
        stand.let_go.clear()
    return _shared_nginx


def _free_base() -> int:
    # Below the ports that Linux gives to clients.
    for base in range(22_000, 32_000, 1_000):
        if all(_can_listen(base + offset) for offset in (0, *OFFSETS.values())):
            return base
    raise RuntimeError("no free ports")


def _can_listen(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: a connection that is only dying out does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
