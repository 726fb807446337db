"""From a copy of MySQL to a moment after it: its binary logs, carried out by the server itself as a replica would.

Only whole transactions, in the order of the log, each once. A log that does not begin where the copy or the log before
it ends would leave a hole that nobody sees, so it is refused.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from deploy.local.backup.mysql.gtids import GtidSet
from deploy.local.backup.mysql.lone_mysql import RELAY_LOG, LoneMySQL
from deploy.local.backup.mysql.transactions import LogFile, read
from deploy.local.failure import CannotGoOn
from deploy.local.places import shown

POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Replayed:
    gtid_executed: GtidSet
    # Those that the copy did not have.
    transactions: int
    # Of the last one in the logs that is in it; None where no log was needed.
    last_committed_at: datetime | None


def needed(logs: Path, copied: GtidSet, moment: datetime) -> list[LogFile]:
    """What was followed after the copy, the oldest first, and of each file what was committed by then.

    Raises CannotGoOn when a log is missing in between.
    """
    runs = sorted(path for path in logs.iterdir() if path.is_dir()) if logs.exists() else []
    every = [read(path) for run in runs for path in sorted(run.glob("*.[0-9]*"))]
    found, known = [], copied
    for file in [file.until(moment) for file in every if file.transactions]:
        if known.holds(file.gtids):
            continue
        if not known.holds(file.previous):
            raise CannotGoOn(
                what=f"the binary log {shown(file.path)}",
                why=f"it begins after {file.previous}, and nothing here has all of that: a log before it is missing",
                do="bring the missing log, or restore to a moment before it (TO=), or from a later backup (FROM=)",
            )
        found.append(file)
        known |= file.gtids
    return found


def prepare(data: Path, files: Sequence[LogFile]) -> None:
    """Puts them where the server, which is not running, takes its replica's logs from; each ends with a transaction."""
    names = []
    for number, file in enumerate(files, start=1):
        name = f"{RELAY_LOG}.{number:06d}"
        with file.path.open("rb") as log:
            (data / name).write_bytes(log.read(file.transactions[-1].end))
        names.append(f"./{name}\n")
    (data / f"{RELAY_LOG}.index").write_text("".join(names), encoding="ascii")


def replay(server: LoneMySQL, files: Sequence[LogFile]) -> Replayed:
    """Raises CannotGoOn when the server cannot carry one out."""
    wanted = GtidSet({})
    for file in files:
        wanted |= file.gtids
    with server.cursor() as cursor:
        before = executed(cursor)
        if files:
            cursor.execute(
                "CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'nowhere',"
                f" RELAY_LOG_FILE = '{RELAY_LOG}.000001', RELAY_LOG_POS = 4"
            )
            cursor.execute("START REPLICA SQL_THREAD")
            _wait_for(cursor, wanted)
            cursor.execute("STOP REPLICA")
            cursor.execute("RESET REPLICA ALL")
        after = executed(cursor)
    last = max((one.committed_at for file in files for one in file.transactions), default=None)
    return Replayed(after, len(after) - len(before), last)


def executed(cursor: Any) -> GtidSet:
    cursor.execute("SELECT @@GLOBAL.gtid_executed")
    return GtidSet.parse(cursor.fetchone()[0])


def _wait_for(cursor: Any, wanted: GtidSet) -> None:
    """As long as it goes on: nobody knows how long a log takes."""
    while not executed(cursor).holds(wanted):
        cursor.execute("SHOW REPLICA STATUS")
        status = dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))
        if status["Last_SQL_Error"] or status["Replica_SQL_Running"] != "Yes":
            raise CannotGoOn(
                what="carrying out the binary logs",
                why=f"{status['Last_SQL_Error'] or 'the server stopped doing it'} (after {executed(cursor)})",
                do="restore to a moment before it (TO=), or from a later backup (FROM=)",
            )
        time.sleep(POLL_SECONDS)
