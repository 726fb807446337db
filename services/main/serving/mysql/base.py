"""The connection that Django opens; named by DATABASES[…]["ENGINE"]."""

from __future__ import annotations

import functools
import os
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from django.db.backends.mysql.base import DatabaseWrapper as MySQLDatabaseWrapper
from MySQLdb import Error, OperationalError  # type: ignore[import-untyped]  # it ships no types

from salon_kit.spans.recording import is_on, step
from serving.mysql import roles
from serving.mysql.address import Member
from serving.mysql.finding import Finder
from serving.mysql.query_spans import MYSQL, query_step
from serving.mysql.roles import Standing
from serving.mysql.schema import DatabaseSchemaEditor

PRIMARY = "primary"
# A secondary that sees no majority: read from when there is no other, and asked each second whether it is better now.
CUT_OFF = "cut off"
# How often a connection asks its server what it is now, between transactions.
ASK_EVERY_SECONDS = 1.0
ANSWER_SECONDS = 0.4
CONNECT_SECONDS = 1
# What was sent and is not acknowledged for so long ends the connection; an idle one is probed after five seconds.
UNACKNOWLEDGED_MS = 5_000
KEEPALIVE = ((socket.TCP_KEEPIDLE, 5), (socket.TCP_KEEPINTVL, 2), (socket.TCP_KEEPCNT, 3))


class DatabaseWrapper(MySQLDatabaseWrapper):
    """`MEMBERS` in the settings are the servers, `MEMBER_ROLE` which of them this connection is to."""

    SchemaEditorClass = DatabaseSchemaEditor

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._asked_at = 0.0
        if is_on():
            self.execute_wrappers.append(query_step)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        is_alone = len(self.settings_dict["MEMBERS"]) == 1
        connection = super().get_new_connection(conn_params) if is_alone else self._found(conn_params)
        _limit_silence(connection)
        self._asked_at = time.monotonic()
        return connection

    def _found(self, conn_params: dict[str, Any]) -> Any:
        members: tuple[Member, ...] = self.settings_dict["MEMBERS"]
        role: str = self.settings_dict["MEMBER_ROLE"]
        try:
            return _finder(members, role).find(lambda member: self._opened(member, conn_params, self._fits))
        except OperationalError:
            if role == PRIMARY:
                raise
        # People may look around while members have lost sight of each other: better an older copy than none.
        return _finder(members, CUT_OFF).find(lambda member: self._opened(member, conn_params, self._is_a_copy))

    def _opened(self, member: Member, conn_params: dict[str, Any], fits: Callable[[Standing], bool]) -> Any:
        there = {"host": member.host, "port": member.port, "connect_timeout": CONNECT_SECONDS}
        connection = super().get_new_connection({**conn_params, **there})
        if fits(roles.ask(connection, seconds=ANSWER_SECONDS)):
            return connection
        connection.close()
        return None

    def _is_a_copy(self, standing: Standing) -> bool:
        return standing.may_be_read_for_want_of_another(max_lag_seconds=self.settings_dict["MAX_LAG_SECONDS"])

    def _fits(self, standing: Standing) -> bool:
        if self.settings_dict["MEMBER_ROLE"] == PRIMARY:
            return standing.is_primary
        return standing.may_be_read(max_lag_seconds=self.settings_dict["MAX_LAG_SECONDS"])

    def _commit(self) -> None:
        with step("COMMIT", facts=MYSQL):
            super()._commit()  # type: ignore[misc]  # not in the stubs

    def is_usable(self) -> bool:
        """Whether the server has not hung up, and is still what this connection is for.

        Django pings, which waits a whole read timeout when the server hangs, before the query may wait for another
        one. An idle connection has nothing to read unless it was closed, so asking the socket is enough for one
        server: a killed one is noticed at once. A member of a group may also have lost its role, or be silent.
        """
        if self.connection is None:
            return False
        poll = select.poll()
        poll.register(self.connection.fileno(), select.POLLIN | select.POLLHUP | select.POLLERR)
        if poll.poll(0):
            return False
        return len(self.settings_dict["MEMBERS"]) == 1 or self._still_fits()

    def _still_fits(self) -> bool:
        self._asked_at = time.monotonic()
        try:
            return self._fits(roles.ask(self.connection, seconds=ANSWER_SECONDS))
        except Error:
            return False

    def close_if_health_check_failed(self) -> None:
        """Before a query that begins something: a transaction, once begun, lives and dies with its connection."""
        if len(self.settings_dict["MEMBERS"]) == 1:
            super().close_if_health_check_failed()
            return
        if self.connection is None or self.in_atomic_block or not self.autocommit:
            return
        if not self.errors_occurred and time.monotonic() - self._asked_at < ASK_EVERY_SECONDS:
            return
        if self.is_usable():
            self.errors_occurred = False
        else:
            self.close()


@functools.cache
def _finder(members: tuple[Member, ...], role: str) -> Finder:
    return Finder(members, role=role, spread=role != PRIMARY)


def _limit_silence(connection: Any) -> None:
    """A server whose machine is gone says nothing at all, and without this a connection to it lives for hours."""
    with socket.socket(fileno=os.dup(connection.fileno())) as peer:
        if peer.family not in {socket.AF_INET, socket.AF_INET6}:
            return
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in KEEPALIVE:
            peer.setsockopt(socket.IPPROTO_TCP, option, value)
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
