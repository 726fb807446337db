"""Keeps MySQL servers together as one group (Group Replication, single primary), where each is a container of its own.

    python deploy/mysql/keep_group.py --members mysql-1:3306,mysql-2:3306,mysql-3:3306 --password-file FILE
    python deploy/mysql/keep_group.py … --check        # ends with 0 when there is a group that takes writes

A member that is in no group joins the one that exists. Where nobody has one, it is begun by the member whose data holds
the data of all, and only after every member has answered and said that it is in none: a group is never begun twice, and
never without what the missing one may hold. So it comes up by itself after a first start, a whole stop and a power cut.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

KEEPER = "keeper"
ANSWER_SECONDS = 2
# Joining may bring a copy of all data with it.
JOIN_SECONDS = 300
LOOK_EVERY_SECONDS = 2.0

Address = tuple[str, int]
Unreachable = MySQLdb.Error

_MINE = """\
SELECT MEMBER_STATE, MEMBER_ROLE,
       (SELECT COUNT(*) FROM performance_schema.replication_group_members
         WHERE MEMBER_STATE IN ('ONLINE', 'RECOVERING')) * 2
     > (SELECT COUNT(*) FROM performance_schema.replication_group_members)
  FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid"""
# What a member executed, and what it received and will execute.
_GTIDS = """\
SELECT CONCAT_WS(',', NULLIF(@@GLOBAL.gtid_executed, ''), NULLIF(RECEIVED_TRANSACTION_SET, ''))
  FROM (SELECT 1) AS one LEFT JOIN performance_schema.replication_connection_status
    ON CHANNEL_NAME = 'group_replication_applier'"""


@dataclass(frozen=True)
class State:
    """What a member says of itself. `gtids`: every transaction that it has."""

    state: str
    role: str
    sees_majority: bool
    gtids: str

    @property
    def has_group(self) -> bool:
        return self.state == "ONLINE" and self.sees_majority

    @property
    def is_in_group(self) -> bool:
        return self.state in {"ONLINE", "RECOVERING"}


IsSubset = Callable[[str, str], bool]


def who_begins(members: Sequence[Address], states: Mapping[Address, State], *, is_subset: IsSubset) -> Address | None:
    """None while somebody is in a group or has not answered, and where each has what another has not."""
    if set(states) != set(members) or any(state.is_in_group for state in states.values()):
        return None
    for member in members:
        if all(is_subset(states[other].gtids, states[member].gtids) for other in members):
            return member
    return None


def who_joins(states: Mapping[Address, State]) -> list[Address]:
    """Nobody before there is a group with a majority."""
    if not any(state.has_group for state in states.values()):
        return []
    return [member for member, state in states.items() if not state.is_in_group]


class Keeper:
    def __init__(self, members: Sequence[Address], password: str) -> None:
        self._members, self._password = members, password
        self._logged = ""

    def run(self) -> None:
        while True:
            try:
                self.look()
            except Unreachable as error:
                self._log(f"refused: {error.args}")
            time.sleep(LOOK_EVERY_SECONDS)

    def look(self) -> None:
        states = self.states()
        self._log(", ".join(f"{host}:{port} {states[host, port].state}" for host, port in sorted(states)))
        beginner = who_begins(self._members, states, is_subset=self._is_subset)
        if beginner:
            self._begin(beginner)
        for member in who_joins(states):
            self._log(f"{member[0]}:{member[1]} joins")
            with self._connected(member, seconds=JOIN_SECONDS) as cursor:
                # ERROR, what an earlier attempt may have left, has to be left first.
                cursor.execute("STOP GROUP_REPLICATION")
                cursor.execute("START GROUP_REPLICATION")

    def states(self) -> dict[Address, State]:
        """Of those that answer."""
        found = {}
        for member in self._members:
            try:
                found[member] = self._state(member)
            except Unreachable:
                continue
        return found

    def _state(self, member: Address) -> State:
        with self._connected(member) as cursor:
            cursor.execute(_MINE)
            state, role, majority = cursor.fetchone() or ("OFFLINE", "", 0)
            cursor.execute(_GTIDS)
            [gtids] = cursor.fetchone()
        return State(state or "OFFLINE", role or "", bool(majority), str(gtids).replace("\n", ""))

    def _begin(self, member: Address) -> None:
        with self._connected(member, seconds=JOIN_SECONDS) as cursor:
            # Held by the connection: another keeper would wait in vain.
            cursor.execute("SELECT GET_LOCK('salon begins a group', 0)")
            states = self.states()
            if not cursor.fetchone()[0] or who_begins(self._members, states, is_subset=self._is_subset) != member:
                return
            self._log(f"{member[0]}:{member[1]} begins the group")
            cursor.execute("STOP GROUP_REPLICATION")
            cursor.execute("SET GLOBAL group_replication_bootstrap_group = ON")
            try:
                cursor.execute("START GROUP_REPLICATION")
            finally:
                cursor.execute("SET GLOBAL group_replication_bootstrap_group = OFF")

    def _is_subset(self, part: str, whole: str) -> bool:
        with self._connected(self._members[0]) as cursor:
            cursor.execute("SELECT GTID_SUBSET(%s, %s)", [part, whole])
            return bool(cursor.fetchone()[0])

    @contextmanager
    def _connected(self, member: Address, *, seconds: int = ANSWER_SECONDS) -> Iterator[Any]:
        host, port = member
        connection = MySQLdb.connect(
            host=host,
            port=port,
            user=KEEPER,
            password=self._password,
            autocommit=True,
            connect_timeout=ANSWER_SECONDS,
            read_timeout=seconds,
            write_timeout=seconds,
        )
        with closing(connection), closing(connection.cursor()) as cursor:
            yield cursor

    def _log(self, what: str) -> None:
        if what != self._logged:
            self._logged = what
            print(what, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    members = [(host, int(port)) for host, port in (one.rsplit(":", 1) for one in arguments.members.split(","))]
    keeper = Keeper(members, arguments.password_file.read_text().strip())
    if arguments.check:
        states = keeper.states().values()
        return 0 if any(state.has_group and state.role == "PRIMARY" for state in states) else 1
    keeper.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
