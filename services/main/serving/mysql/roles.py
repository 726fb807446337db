"""What a server is in its group at this moment: whether it may be written to, and whether it may be read from."""

from __future__ import annotations

import select
from dataclasses import dataclass
from typing import Any

from MySQLdb import OperationalError  # type: ignore[import-untyped]  # it ships no types

SERVER_SILENT = 2013
_QUESTION = b"""\
SELECT @@GLOBAL.super_read_only OR @@GLOBAL.read_only,
  (SELECT MEMBER_STATE FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid),
  (SELECT MEMBER_ROLE FROM performance_schema.replication_group_members WHERE MEMBER_ID = @@server_uuid),
  (SELECT COUNT(*) FROM performance_schema.replication_group_members),
  (SELECT COUNT(*) FROM performance_schema.replication_group_members WHERE MEMBER_STATE IN ('ONLINE', 'RECOVERING')),
  (SELECT TIMESTAMPDIFF(MICROSECOND, MIN(APPLYING_TRANSACTION_ORIGINAL_COMMIT_TIMESTAMP), NOW(6))
     FROM performance_schema.replication_applier_status_by_worker
    WHERE CHANNEL_NAME = 'group_replication_applier' AND APPLYING_TRANSACTION <> '')"""


@dataclass(frozen=True)
class Standing:
    takes_writes: bool
    # ONLINE, RECOVERING, OFFLINE or ERROR; None for a server without a group.
    state: str | None
    role: str | None
    sees_majority: bool
    # The age of the oldest transaction that it has received and not applied yet.
    lag_seconds: float

    @property
    def is_primary(self) -> bool:
        """A primary that lost sight of the majority still believes itself one, and acknowledges nothing any more."""
        if self.state is None:
            return self.takes_writes
        return self.takes_writes and self.state == "ONLINE" and self.role == "PRIMARY" and self.sees_majority

    def may_be_read(self, *, max_lag_seconds: float) -> bool:
        """As a secondary."""
        return self.sees_majority and self.may_be_read_for_want_of_another(max_lag_seconds=max_lag_seconds)

    def may_be_read_for_want_of_another(self, *, max_lag_seconds: float) -> bool:
        """It sees no majority, and so there may be writes that it has not heard of.

        After ten seconds of that it is ONLINE no more (unreachable_majority_timeout): so what it lacks is no older than
        that, and the five seconds before it missed the others. Who wrote lately does not read from it.
        """
        return self.state == "ONLINE" and self.role == "SECONDARY" and self.lag_seconds <= max_lag_seconds


def ask(connection: Any, *, seconds: float) -> Standing:
    """On an idle connection. Raises MySQLdb.Error, also when the server is silent for so long."""
    connection.send_query(_QUESTION)
    poll = select.poll()
    poll.register(connection.fileno(), select.POLLIN)
    if not poll.poll(seconds * 1000):
        raise OperationalError(SERVER_SILENT, f"the server was silent for {seconds} s")
    connection.read_query_result()
    [row] = connection.store_result().fetch_row(maxrows=0)
    read_only, state, role, members, reachable, lag_microseconds = (_text(value) for value in row)
    return Standing(
        takes_writes=read_only == "0",
        state=state,
        role=role,
        sees_majority=int(reachable or 0) > int(members or 0) / 2,
        # Two machines' clocks: a little in the future is no lag.
        lag_seconds=max(0.0, int(lag_microseconds or 0) / 1e6),
    )


def _text(value: Any) -> str | None:
    return value.decode() if isinstance(value, bytes) else None if value is None else str(value)
