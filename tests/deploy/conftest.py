from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.settings.profiles import OFFSETS, Profile
from deploy.topology import HA
from salon_kit.testing.ports import claimed_block
from tests.deploy import kafka_group_stand, mysql_group_stand
from tests.deploy.kafka_group_stand import KafkaGroup
from tests.deploy.nginx_stand import Nginx, open_nginx
from tests.faults.servers.mysql_group import MySQLGroup


@pytest.fixture
def profile(tmp_path: Path) -> Iterator[Profile]:
    """A profile whose ports are free and whose state is nobody else's."""
    with claimed_block(OFFSETS.values()) as base:
        yield Profile("tried", base, base, lite=False, home=tmp_path)


@pytest.fixture(scope="module")
def free_profile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Profile]:
    """The same, for all tests of a file."""
    with claimed_block(OFFSETS.values()) as base:
        yield Profile("tried", base, base, lite=False, home=tmp_path_factory.mktemp("profile"))


@pytest.fixture(scope="session")
def mysql_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MySQLGroup]:
    """Three members, made once. A test that breaks one mends it."""
    yield from mysql_group_stand.started(tmp_path_factory.mktemp("mysql-group"))


@pytest.fixture(scope="module")
def kafka_group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaGroup]:
    """Three brokers. What a test kills it starts again."""
    home = tmp_path_factory.mktemp("kafka-group")
    with (
        claimed_block(OFFSETS.values()) as base,
        kafka_group_stand.started(Profile("tried", base, base, lite=False, home=home, topology=HA)) as group,
    ):
        yield group


@pytest.fixture
def own_nginx(profile: Profile, tmp_path: Path) -> Iterator[Nginx]:
    """For a test that ends what stands behind nginx, or counts what nginx counts."""
    with open_nginx(profile, tmp_path) as nginx:
        yield nginx


@pytest.fixture(scope="session")
def _shared_nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    home = tmp_path_factory.mktemp("nginx")
    with (
        claimed_block(OFFSETS.values()) as base,
        open_nginx(Profile("shared", base, base, lite=False, home=home), home) as nginx,
    ):
        yield nginx


@pytest.fixture
def nginx(_shared_nginx: Nginx) -> Nginx:
    """One for all tests; nothing has reached its services yet."""
    for stand in _shared_nginx.stands.values():
        stand.requests.clear()
        stand.let_go.clear()
    return _shared_nginx
