"""A member's address, what its server is started with, and the note from which its process begins."""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from deploy.local.install.sandbox import TMP

# A second is enough for a member whose process was ended: its connections break, and the others hear of it. This is
# for one that is silent: after five seconds it is suspected, and then expelled at once.
EXPEL_SECONDS = 0
# A member that sees no majority gives up its writers and turns read-only after so long. Two that are left and only
# starved find each other again by then, and no group has to be begun anew; how old what main reads may be depends on
# it (UNNOTICED_SECONDS in services/main/config/declared.py).
ALONE_SECONDS = 10
# Behind by more than this, a member is copied whole instead of catching up.
CLONE_ABOVE_TRANSACTIONS = 100_000
# The performance schema tells who is a member. With its histories and sums for each account, which nobody reads here,
# it takes 240 MB of each server; like this 50.
SMALL_SCHEMA = {
    "instrument": "%=OFF",
    "accounts-size": 0,
    "hosts-size": 0,
    "users-size": 0,
    "error-size": 0,
    "digests-size": 200,
    "events-statements-history-long-size": 10,
    "events-stages-history-long-size": 10,
    "events-waits-history-long-size": 10,
    "events-transactions-history-long-size": 10,
    "max-statement-classes": 0,
    "max-memory-classes": 0,
}


@dataclass(frozen=True)
class Member:
    name: str
    number: int
    host: str
    port: int
    # Where the members talk with each other.
    group_port: int

    @property
    def group_address(self) -> str:
        return f"{self.host}:{self.group_port}"


@dataclass(frozen=True)
class Group:
    """What the process of one member knows. `folder` holds the data of all, each in a folder of its name."""

    me: Member
    members: tuple[Member, ...]
    folder: Path
    password: str
    # Made once for a set of data: transactions are counted under it.
    name: str

    @property
    def data(self) -> Path:
        return self.data_of(self.me.name)

    def data_of(self, name: str) -> Path:
        return self.folder / name / "data"

    @property
    def peers(self) -> tuple[Member, ...]:
        return tuple(member for member in self.members if member != self.me)


def options(group: Group) -> list[str]:
    """`mysqld`'s, besides those of every MySQL here. It starts outside the group, and read-only (`accounts.py`)."""
    me = group.me
    seeds = ",".join(member.group_address for member in group.members)
    replication = {
        "group-name": group.name,
        "local-address": me.group_address,
        "group-seeds": seeds,
        "ip-allowlist": "127.0.0.1/8,10.0.0.0/8,172.16.0.0/12,192.168.0.0/16",
        # Whether it may join or has to bootstrap is decided when it runs (`decision.py`).
        "start-on-boot": "OFF",
        "autorejoin-tries": 0,
        "consistency": "BEFORE_ON_PRIMARY_FAILOVER",
        "member-expel-timeout": EXPEL_SECONDS,
        "unreachable-majority-timeout": ALONE_SECONDS,
        "exit-state-action": "READ_ONLY",
        "clone-threshold": CLONE_ABOVE_TRANSACTIONS,
        # Who recovers has no certificate of the donor's, and asks for its key instead.
        "recovery-get-public-key": "ON",
        # The least it takes; by default it may grow to a gigabyte.
        "message-cache-size": 128 * 1024 * 1024,
    }
    return [
        *("mysqld", "--no-defaults", "--datadir=/data", "--init-file=/data/accounts.sql"),
        *(f"--socket={TMP}/mysql.sock", f"--pid-file={TMP}/mysql.pid", "--mysqlx=OFF", "--secure-file-priv=NULL"),
        *(f"--bind-address={me.host}", f"--port={me.port}", f"--report-host={me.host}", f"--report-port={me.port}"),
        *("--character-set-server=utf8mb4", "--default-time-zone=+00:00", "--max-connections=400"),
        *("--innodb-buffer-pool-size=128M", "--innodb-redo-log-capacity=64M"),
        # A commit is on disk, in both logs, before it is answered.
        *("--innodb-flush-log-at-trx-commit=1", "--sync-binlog=1"),
        *(f"--server-id={me.number}", "--log-bin=binlog", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"),
        *("--max-binlog-size=64M", "--binlog-expire-logs-seconds=86400"),
        # The triggers that refuse overlaps (decision 0014) are made by a migration, whose account is no superuser.
        "--log-bin-trust-function-creators=ON",
        *("--performance-schema=ON", *(f"--performance-schema-{name}={value}" for name, value in SMALL_SCHEMA.items())),
        "--plugin-load-add=group_replication.so;mysql_clone.so",
        *(f"--group-replication-{name}={value}" for name, value in replication.items()),
    ]


def write_note(group: Group) -> Path:
    """For the process of a member; it holds the password."""
    path = group.folder / group.me.name / "member.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({**asdict(group), "folder": str(group.folder)}, file)
    return path


def read_note(path: Path) -> Group:
    note = json.loads(path.read_text())
    return Group(
        me=Member(**note["me"]),
        members=tuple(Member(**member) for member in note["members"]),
        folder=Path(note["folder"]),
        password=note["password"],
        name=note["name"],
    )


def group_name(folder: Path) -> str:
    """The first who asks makes it."""
    path = folder / "group_name"
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / f"group_name.{uuid.uuid4()}"
    made.write_text(str(uuid.uuid4()))
    with suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
    return path.read_text()


def names_of(addresses: Sequence[tuple[str, int]], members: Sequence[Member]) -> tuple[str, ...]:
    """Members by the host and port that they report."""
    return tuple(sorted(member.name for member in members if (member.host, member.port) in set(addresses)))
