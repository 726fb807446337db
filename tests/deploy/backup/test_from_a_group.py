"""Of a group of MySQL a secondary is copied, and its own log leads from the copy to any moment of the group."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy.local.backup.donors import PLUGINS_OF_GROUP
from deploy.local.backup.mysql import binary_logs, copying, replay
from deploy.local.backup.mysql.binary_logs import Donor
from deploy.local.backup.mysql.gtids import GtidSet
from deploy.local.backup.mysql.lone_mysql import lone_mysql
from tests.faults.servers.mysql_group import PASSWORD, MySQLGroup

# What lies between two commits that a moment has to part.
APART_SECONDS = 0.05

# Three members of MySQL have to begin first.
pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def group(mysql_group: MySQLGroup) -> Iterator[MySQLGroup]:
    mysql_group.ask(mysql_group.primary(), "CREATE TABLE salon.kept (id integer PRIMARY KEY)")
    yield mysql_group
    mysql_group.ask(mysql_group.primary(), "DROP TABLE salon.kept")


def donor_in(group: MySQLGroup) -> tuple[str, Donor]:
    name = group.secondaries()[0]
    member = group.members[name]
    with binary_logs.signed_in(member.host, member.port, PASSWORD) as cursor:
        cursor.execute("SELECT @@server_uuid")
        [server] = cursor.fetchone()
    return name, Donor(member.host, member.port, server=server, password=PASSWORD)


def write(group: MySQLGroup, secondary: str, *numbers: int) -> datetime:
    """Each in a transaction of its own; the secondary has them too. Returns a moment after them."""
    for number in numbers:
        group.ask(group.primary(), f"INSERT INTO salon.kept VALUES ({number})")  # noqa: S608  # a number of ours
    moment = datetime.now(UTC)
    time.sleep(APART_SECONDS)
    last = f"SELECT COUNT(*) FROM salon.kept WHERE id = {numbers[-1]}"  # noqa: S608
    group.wait(lambda: group.ask(secondary, last) == [(1,)], what="copy on the secondary")
    return moment


def test_a_secondary_and_its_log_give_what_the_group_had_at_a_moment(group: MySQLGroup, tmp_path: Path) -> None:
    name, donor = donor_in(group)
    copied, logs = tmp_path / "copy", tmp_path / "logs"
    write(group, name, 1, 2, 3)

    part = copying.copy(donor, copied, more=PLUGINS_OF_GROUP)
    moment = write(group, name, 4, 5, 6)
    write(group, name, 7, 8, 9)
    binary_logs.fetch(donor, binary_logs.run_folder(logs, donor, datetime.now(UTC)), binary_logs.files_at(donor)[0])
    files = replay.needed(logs, GtidSet.parse(part.gtid_executed), moment)
    replay.prepare(copied, files)
    with lone_mysql(copied, PASSWORD, more=PLUGINS_OF_GROUP) as server:
        replayed = replay.replay(server, files)
        with server.cursor() as cursor:
            cursor.execute("SELECT id FROM salon.kept ORDER BY id")
            rows = [number for (number,) in cursor.fetchall()]

    assert part.tables["kept"].rows == 3
    assert rows == [1, 2, 3, 4, 5, 6]
    assert replayed.transactions == 3
