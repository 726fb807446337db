"""What one stranger with many connections to the balancer costs the others."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.local.settings.profiles import Profile
from deploy.local.zones import balancer
from deploy.topology import BALANCER
from tests.deploy.zones_stand import Zones, two_zones

# Everybody else comes from 127.0.0.1.
STRANGER = "127.0.0.7"
MORE_THAN_THERE_ARE = 10_000
LIMIT = balancer.CONNECTIONS_PER_ADDRESS
ANSWERED_WITHIN_SECONDS = 2.0


@pytest.fixture(params=["limited", "unlimited"])
def is_limited(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if request.param == "unlimited":
        monkeypatch.setattr(balancer, "CONNECTIONS_PER_ADDRESS", 1_000_000)
    return bool(request.param == "limited")


@pytest.fixture
def zones(is_limited: bool, profile: Profile, tmp_path: Path) -> Iterator[Zones]:
    with two_zones(profile, tmp_path) as zones:
        yield zones


@pytest.fixture
def many(zones: Zones) -> Iterator[list[socket.socket]]:
    """Connections of one stranger, who says nothing on them: those that were not refused."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sockets: list[socket.socket] = []
    try:
        for _ in range(MORE_THAN_THERE_ARE):
            with suppress(ConnectionError):
                sockets.append(socket.create_connection(_address(zones), timeout=5, source_address=(STRANGER, 0)))
        yield [one for one in sockets if _is_open(one)]
    finally:
        for one in sockets:
            one.close()


def test_one_stranger_cannot_take_every_connection(zones: Zones, many: list[socket.socket], is_limited: bool) -> None:
    """Without a limit everybody else waits until the stranger's connections are given up."""
    assert _answers_soon(zones) == is_limited
    assert (len(many) <= LIMIT) == is_limited


def _answers_soon(zones: Zones) -> bool:
    with socket.create_connection(_address(zones), timeout=ANSWERED_WITHIN_SECONDS) as one:
        one.sendall(b"GET /api/v1/salons HTTP/1.1\r\nHost: salon\r\n\r\n")
        try:
            return one.recv(12) == b"HTTP/1.1 200"
        except TimeoutError:
            return False


def _address(zones: Zones) -> tuple[str, int]:
    return "127.0.0.1", zones.profile.port(BALANCER)


def _is_open(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) != b""
    except BlockingIOError:
        return True
    except ConnectionError:
        return False
