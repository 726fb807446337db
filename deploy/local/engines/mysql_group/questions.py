"""What the process of a member asks servers, and tells its own, in SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.engines.mysql_group.accounts import KEEPER
from deploy.local.engines.mysql_group.group import Member, names_of
from deploy.local.engines.mysql_group.last_view import View, view_id
from deploy.mysql.decision import MemberState

Unreachable = MySQLdb.Error
_ANSWER_SECONDS = 2
# Joining takes as long as the group needs to let it in, and a copy of all data may come with it.
_JOIN_SECONDS = 300

_MEMBERS = """\
SELECT MEMBER_ID = @@server_uuid, MEMBER_STATE, MEMBER_HOST, MEMBER_PORT, MEMBER_ROLE
  FROM performance_schema.replication_group_members WHERE MEMBER_STATE IS NOT NULL"""
_VIEW_ID = "SELECT VIEW_ID FROM performance_schema.replication_group_member_stats WHERE MEMBER_ID = @@server_uuid"
_RECEIVED = """\
SELECT RECEIVED_TRANSACTION_SET FROM performance_schema.replication_connection_status
 WHERE CHANNEL_NAME = 'group_replication_applier'"""


@dataclass(frozen=True)
class Answer:
    state: MemberState
    # None while it is in no view with a majority.
    view: View | None


def ask(member: Member, members: Sequence[Member], password: str) -> Answer:
    """Raises Unreachable."""
    with connected(member, password, seconds=_ANSWER_SECONDS) as cursor:
        cursor.execute(_MEMBERS)
        rows = cursor.fetchall()
        cursor.execute("SELECT @@GLOBAL.gtid_executed")
        [executed] = cursor.fetchone()
        cursor.execute(_RECEIVED)
        received = [gtids for [gtids] in cursor.fetchall() if gtids]
        cursor.execute(_VIEW_ID)
        views = [text for [text] in cursor.fetchall() if text and ":" in text]
    mine = next((row for row in rows if row[0]), None)
    state = mine[1] if mine else "OFFLINE"
    reachable = sum(row[1] in {"ONLINE", "RECOVERING"} for row in rows)
    majority = reachable > len(rows) / 2
    known = [(row[1], (row[2], int(row[3]))) for row in rows if row[2]]
    online = names_of([address for status, address in known if status == "ONLINE"], members)
    in_view = state == "ONLINE" and majority and bool(views)
    return Answer(
        state=MemberState(
            state=state,
            sees_majority=majority,
            gtids=",".join([executed, *received]).replace("\n", "").strip(","),
            view=names_of([address for _, address in known], members),
            role=mine[4] if mine and state == "ONLINE" else "",
        ),
        view=View(id=view_id(views[0]), members=online) if in_view else None,
    )


def is_subset(member: Member, password: str, part: str, whole: str) -> bool:
    with connected(member, password, seconds=_ANSWER_SECONDS) as cursor:
        cursor.execute("SELECT GTID_SUBSET(%s, %s)", [part, whole])
        return bool(cursor.fetchone()[0])


def subtracted(member: Member, password: str, from_: str, what: str) -> str:
    with connected(member, password, seconds=_ANSWER_SECONDS) as cursor:
        cursor.execute("SELECT GTID_SUBTRACT(%s, %s)", [from_, what])
        return str(cursor.fetchone()[0])


def start(member: Member, password: str, *, bootstrap: bool) -> None:
    """Into the group. Raises Unreachable, with MySQL's reason, when it is not let in."""
    with connected(member, password, seconds=_JOIN_SECONDS) as cursor:
        # What an earlier attempt left: an ERROR state has to be left first.
        cursor.execute("STOP GROUP_REPLICATION")
        cursor.execute("SET GLOBAL super_read_only = ON")
        if not bootstrap:
            cursor.execute("START GROUP_REPLICATION")
            return
        cursor.execute("SET GLOBAL group_replication_bootstrap_group = ON")
        try:
            cursor.execute("START GROUP_REPLICATION")
        finally:
            cursor.execute("SET GLOBAL group_replication_bootstrap_group = OFF")


@contextmanager
def connected(member: Member, password: str, *, seconds: int) -> Iterator[Any]:
    connection = MySQLdb.connect(
        host=member.host,
        port=member.port,
        user=KEEPER,
        password=password,
        connect_timeout=_ANSWER_SECONDS,
        read_timeout=seconds,
        write_timeout=seconds,
        autocommit=True,
    )
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor
