"""Keeps MySQL servers together as one group (Group Replication, single primary), where each is a container of its own.

    python -m deploy.mysql.keep_group --members mysql-1:3306,mysql-2:3306,mysql-3:3306 --password-file FILE
    python -m deploy.mysql.keep_group … --check        # ends with 0 when there is a group that takes writes

A member that is in no group joins the one that exists. Where nobody has one, it is begun by the member whose data holds
the data of all, and only after every member has answered and said that it is in none (`decision.py`): a group is never
begun twice, and never without what the missing one may hold. So it comes up by itself after a first start, a whole stop
and a power cut. A member that has what the group has not is left alone, and a person is told.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.mysql.decision import MemberState, Step, next_step

KEEPER = "keeper"
ANSWER_SECONDS = 2
# Joining may bring a copy of all data with it.
JOIN_SECONDS = 300
LOOK_EVERY_SECONDS = 2.0

# host:port, as the group's members name each other.
Address = str
Unreachable = MySQLdb.Error

_MEMBERS = """\
SELECT MEMBER_ID = @@server_uuid, MEMBER_STATE, MEMBER_ROLE, CONCAT(MEMBER_HOST, ':', MEMBER_PORT)
  FROM performance_schema.replication_group_members WHERE MEMBER_STATE IS NOT NULL"""
# What a member executed, and what it received and will execute.
_GTIDS = """\
SELECT CONCAT_WS(',', NULLIF(@@GLOBAL.gtid_executed, ''), NULLIF(RECEIVED_TRANSACTION_SET, ''))
  FROM (SELECT 1) AS one LEFT JOIN performance_schema.replication_connection_status
    ON CHANNEL_NAME = 'group_replication_applier'"""


class Keeper:
    def __init__(self, members: Sequence[Address], password: str) -> None:
        self._members, self._password = tuple(members), password
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
        steps = {member: self._next(member, states) for member in states}
        self._log(_summary(states, steps))
        for member, step in steps.items():
            if step is Step.BOOTSTRAP:
                self._begin(member)
            elif step is Step.JOIN:
                with self._connected(member, seconds=JOIN_SECONDS) as cursor:
                    # ERROR, what an earlier attempt may have left, has to be left first.
                    cursor.execute("STOP GROUP_REPLICATION")
                    cursor.execute("START GROUP_REPLICATION")

    def _next(self, member: Address, states: Mapping[Address, MemberState]) -> Step:
        return next_step(member, states, everybody=self._members, last=None, is_subset=self._is_subset)

    def states(self) -> dict[Address, MemberState]:
        """Of those that answer."""
        found = {}
        for member in self._members:
            try:
                found[member] = self._state(member)
            except Unreachable:
                continue
        return found

    def _state(self, member: Address) -> MemberState:
        with self._connected(member) as cursor:
            cursor.execute(_MEMBERS)
            rows = cursor.fetchall()
            cursor.execute(_GTIDS)
            [gtids] = cursor.fetchone()
        mine = next((row for row in rows if row[0]), None)
        reachable = sum(row[1] in {"ONLINE", "RECOVERING"} for row in rows)
        return MemberState(
            state=mine[1] if mine else "OFFLINE",
            sees_majority=reachable > len(rows) / 2,
            gtids=str(gtids).replace("\n", ""),
            view=tuple(row[3] for row in rows),
            role=mine[2] if mine and mine[1] == "ONLINE" else "",
        )

    def _begin(self, member: Address) -> None:
        with self._connected(member, seconds=JOIN_SECONDS) as cursor:
            # Held by the connection: another keeper would wait in vain.
            cursor.execute("SELECT GET_LOCK('salon begins a group', 0)")
            states = self.states()
            if not cursor.fetchone()[0] or member not in states or self._next(member, states) is not Step.BOOTSTRAP:
                return
            self._log(f"{member} begins the group")
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
        host, _, port = member.rpartition(":")
        connection = MySQLdb.connect(
            host=host,
            port=int(port),
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


def _summary(states: Mapping[Address, MemberState], steps: Mapping[Address, Step]) -> str:
    lines = [f"{member} {states[member].state}: {steps[member].name}" for member in sorted(states)]
    stray = [member for member, step in steps.items() if step is Step.REBUILD]
    if stray:
        lines.append(f"{Step.REBUILD.value}: delete the volume of {', '.join(stray)}; it is filled from the group")
    return ", ".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--members", required=True)
    parser.add_argument("--password-file", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    keeper = Keeper(arguments.members.split(","), arguments.password_file.read_text().strip())
    if arguments.check:
        states = keeper.states().values()
        return 0 if any(state.has_group and state.role == "PRIMARY" for state in states) else 1
    keeper.run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
