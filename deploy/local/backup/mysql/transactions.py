"""What stands in a binary log: which transactions, when each was committed, and where it ends."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deploy.local.backup.mysql.gtids import GtidSet
from deploy.local.install.sandbox import bwrap
from deploy.local.places import SID

_AT = re.compile(r"# at (\d+)")
# When its first server committed it, and how many bytes it has from there on.
_GTID = re.compile(r"\tGTID\t.*original_committed_timestamp=(\d+).*transaction_length=(\d+)")
_NEXT = re.compile(r"SET @@SESSION\.GTID_NEXT= '([0-9a-f-]+(?::[a-z_]\w*)?):(\d+)'")
_PREVIOUS = re.compile(r"# ([0-9a-f-]{36}:[0-9a-z_:,-]+)")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Transaction:
    source: str
    number: int
    committed_at: datetime
    # Position in its file.
    end: int


@dataclass(frozen=True)
class LogFile:
    path: Path
    # All that its server had executed before.
    previous: GtidSet
    transactions: Sequence[Transaction]

    @property
    def gtids(self) -> GtidSet:
        return GtidSet.of((one.source, one.number) for one in self.transactions)

    def until(self, moment: datetime) -> LogFile:
        """What is needed for all that was committed by then. One that lies before such a one in the log comes too."""
        last = max((n for n, one in enumerate(self.transactions) if one.committed_at <= moment), default=-1)
        return LogFile(self.path, self.previous, self.transactions[: last + 1])


def read(path: Path) -> LogFile:
    """The last one may be cut off in the middle of a transaction, as its server was; that one is left out."""
    words = ["mysqlbinlog", "--base64-output=decode-rows", "--verify-binlog-checksum", f"/data/{path.name}"]
    listing = subprocess.Popen(
        bwrap(SID, path.parent, words), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, errors="replace"
    )
    if listing.stdout is None:
        raise RuntimeError("its output was asked for")
    with listing.stdout as lines:
        found = parse(path, lines)
    listing.wait()
    size = path.stat().st_size
    return LogFile(path, found.previous, [one for one in found.transactions if one.end <= size])


def parse(path: Path, lines: Iterable[str]) -> LogFile:
    """From what `mysqlbinlog` prints."""
    previous: list[str] = []
    transactions: list[Transaction] = []
    position, length, committed_at, within_previous = 0, 0, _BEGINNING, False
    for line in lines:
        if at := _AT.match(line):
            position, within_previous = int(at[1]), False
        elif "\tPrevious-GTIDs" in line:
            within_previous = True
        elif within_previous and (gtids := _PREVIOUS.match(line)):
            previous.append(gtids[1].rstrip(","))
        elif gtid := _GTID.search(line):
            committed_at, length = _BEGINNING + timedelta(microseconds=int(gtid[1])), int(gtid[2])
        elif (named := _NEXT.match(line)) and length:
            transactions.append(Transaction(named[1], int(named[2]), committed_at, position + length))
            length = 0
    return LogFile(path, GtidSet.parse(",".join(previous)), transactions)
