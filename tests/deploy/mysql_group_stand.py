"""One MySQL group for all tests of a run that need a real one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

from deploy.local.engines.mysql_group import NAMES
from deploy.local.engines.mysql_group.group import Member
from tests.faults.servers.mysql_group import MySQLGroup


def started(folder: Path) -> Iterator[MySQLGroup]:
    ports = free_ports()
    members = [
        Member(name, number, "127.0.0.1", next(ports), next(ports)) for number, name in enumerate(NAMES, start=1)
    ]
    group = MySQLGroup(members, folder=folder)
    try:
        group.start()
        yield group
    finally:
        group.kill(*NAMES)  # nobody needs its data any more


def free_ports() -> Iterator[int]:
    """Below those that Linux gives to clients."""
    return filter(_is_free, range(22_900, 32_000))


def first_of_free_ports(count: int) -> int:
    """The first of so many beside each other, of which a group of another test has none."""
    return next(port for port in range(22_900, 32_000, 10) if all(_is_free(port + more) for more in range(count)))


def _is_free(port: int) -> bool:
    # On every address: what members of a group talk on listens there.
    with socket.socket() as probe:
        try:
            probe.bind(("", port))
        except OSError:
            return False
        return True
