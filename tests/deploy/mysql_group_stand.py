"""One MySQL group for all tests of a run that need a real one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deploy.local.engines.mysql_group import NAMES
from deploy.local.engines.mysql_group.group import Member
from salon_kit.testing.ports import claim_port
from tests.faults.servers.mysql_group import MySQLGroup


def started(folder: Path) -> Iterator[MySQLGroup]:
    members = [
        Member(name, number, "127.0.0.1", claim_port(), claim_port()) for number, name in enumerate(NAMES, start=1)
    ]
    group = MySQLGroup(members, folder=folder)
    try:
        group.start()
        yield group
    finally:
        group.kill(*NAMES)  # nobody needs its data any more
