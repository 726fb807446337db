"""Three real members: all of them end, one of them with something of its own, and the group is there again."""

from __future__ import annotations

from dataclasses import dataclass

import MySQLdb  # type: ignore[import-untyped]  # it ships no types
import pytest

from deploy.local.engines.mysql_group import NAMES
from tests.faults.servers.mysql_group import MySQLGroup

ONLY_ON_PRIMARY = 1290
# A group is made, killed as a whole, and one of its members is made a second time.
pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def group(mysql_group: MySQLGroup) -> MySQLGroup:
    return mysql_group


@dataclass(frozen=True)
class Seen:
    """What was so after one member had been lost, and while the others were gone too."""

    state_of_the_lone_one: str
    primary: str


@pytest.fixture(scope="module")
def seen(group: MySQLGroup) -> Seen:
    """Kill mysql-3; write a row; kill the others; start mysql-3, where somebody writes by hand; start the others."""
    primary = group.primary()
    lost = group.secondaries()[-1]
    others = [name for name in NAMES if name != lost]
    group.ask(primary, "CREATE TABLE salon.visits (dog VARCHAR(20) PRIMARY KEY)")
    group.kill(lost)
    group.wait(lambda: len(_online(group, primary)) == 2, what="view without it")
    group.wait(lambda: lost not in (group.folder / "last_view.json").read_text(), what="note of that view")
    group.ask(primary, "INSERT INTO salon.visits VALUES ('보리')")
    group.kill(*others)
    group.victims[lost].begin()
    group.wait(lambda: group.state(lost).startswith("WAIT: "), what="member that waits")
    by_hand = ("SET GLOBAL super_read_only = OFF", "SET GLOBAL read_only = OFF", "CREATE DATABASE by_hand")
    _as_root(group, lost, *by_hand)
    state = group.state(lost)
    group.start(*others)
    group.wait(lambda: lost in _online(group, others[0]), what="lost member that is built anew")
    return Seen(state_of_the_lone_one=state, primary=group.primary())


def test_only_the_primary_takes_writes(group: MySQLGroup) -> None:
    for secondary in group.secondaries():
        with pytest.raises(MySQLdb.Error) as refused:
            group.ask(secondary, "CREATE TABLE salon.elsewhere (id INT PRIMARY KEY)")
        assert refused.value.args[0] == ONLY_ON_PRIMARY


def test_a_member_begins_without_a_transaction_of_its_own(group: MySQLGroup) -> None:
    [[name]] = group.ask("mysql-1", "SELECT @@group_replication_group_name")

    for member in NAMES:
        [[executed]] = group.ask(member, "SELECT @@GLOBAL.gtid_executed")
        assert executed == "" or {part.split(":")[0] for part in executed.split(",\n")} == {name}


def test_who_missed_the_last_writes_does_not_begin_the_group_alone(group: MySQLGroup, seen: Seen) -> None:
    assert seen.state_of_the_lone_one.startswith("WAIT: ")
    assert {name for name in NAMES if group.ask(name, "SELECT dog FROM salon.visits") == [("보리",)]} == set(NAMES)


def test_a_member_with_a_transaction_of_its_own_is_built_anew_from_the_others(group: MySQLGroup, seen: Seen) -> None:
    (lost,) = [name for name in NAMES if (group.folder / name / "data.set-aside").exists()]

    assert seen.primary != lost
    assert ("by_hand",) not in group.ask(lost, "SHOW DATABASES", user="keeper")
    assert len({group.ask(name, "SELECT @@GLOBAL.gtid_executed")[0][0] for name in NAMES}) == 1


def _online(group: MySQLGroup, name: str) -> set[str]:
    rows = group.ask(
        name,
        "SELECT MEMBER_PORT FROM performance_schema.replication_group_members WHERE MEMBER_STATE = 'ONLINE'",
    )
    ports = {port for [port] in rows}
    return {member.name for member in group.members.values() if member.port in ports}


def _as_root(group: MySQLGroup, name: str, *statements: str) -> None:
    group.ask(name, *statements, user="root")
