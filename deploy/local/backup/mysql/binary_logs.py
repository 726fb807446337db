"""MySQL's binary logs on their way to where backups are: all that was committed, within moments of it.

Every time somebody follows, they come into a folder of their own, `<moment>-<server>`: a connection begins at the
beginning of a file, and what an earlier one has saved of that file must not be overwritten by a server that may be
about to vanish. What two folders have in common is applied once, since each transaction has its name (GTID).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.backup.folder import STAMP
from deploy.local.failure import CannotGoOn
from deploy.local.install.sandbox import TMP, bwrap
from deploy.local.places import SID

# Who follows, among the servers' replicas.
FOLLOWER_ID = 4242
COPIER = "copier"
ANSWER_SECONDS = 5
OPTIONS = f"{TMP}/client.cnf"
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Donor:
    """A server that is copied from, and the password of its user `copier`."""

    host: str
    port: int
    server: str
    password: str


@contextmanager
def signed_in(host: str, port: int, password: str) -> Iterator[Any]:
    """As the one who copies. Raises MySQLdb.Error."""
    connection = MySQLdb.connect(
        host=host,
        port=port,
        user=COPIER,
        password=password,
        connect_timeout=ANSWER_SECONDS,
        read_timeout=ANSWER_SECONDS,
    )
    with closing(connection), closing(connection.cursor()) as cursor:
        yield cursor


def files_at(donor: Donor) -> list[str]:
    """The server's binary logs, the oldest first. Raises CannotGoOn."""
    try:
        with signed_in(donor.host, donor.port, donor.password) as cursor:
            cursor.execute("SHOW BINARY LOGS")
            return [row[0] for row in cursor.fetchall()]
    except MySQLdb.Error as error:
        raise CannotGoOn(
            what="MySQL's binary logs", why=str(error.args[-1]), do="start MySQL anew: it writes one since this version"
        ) from error


def end_at(donor: Donor) -> tuple[str, int]:
    """The file that the server writes now, and how many bytes it has. Raises CannotGoOn."""
    try:
        with signed_in(donor.host, donor.port, donor.password) as cursor:
            cursor.execute("SHOW BINARY LOG STATUS")
            file, position = cursor.fetchone()[:2]
            return str(file), int(position)
    except MySQLdb.Error as error:
        raise CannotGoOn(
            what="MySQL's binary log", why=str(error.args[-1]), do="see whether MySQL runs (make topology, its log)"
        ) from error


def end_in(folder: Path) -> tuple[str, int]:
    """The newest file that was fetched, and how many bytes of it are on their way to the disk."""
    return max(((path.name, path.stat().st_size) for path in folder.glob("*.[0-9]*")), default=("", 0))


def run_folder(logs: Path, donor: Donor, moment: datetime) -> Path:
    folder = logs / f"{moment.astimezone(UTC).strftime(STAMP)}-{donor.server}"
    folder.mkdir(mode=0o700, parents=True)
    return folder


def first_needed(logs: Path, donor: Donor, there: list[str]) -> str:
    """From which file on to fetch: the last one that was fetched of this server, which may have grown since."""
    fetched = sorted(path.name for path in logs.glob(f"*-{donor.server}/*.[0-9]*"))
    known = [name for name in fetched if name in there]
    return known[-1] if known else there[0]


def fetch(donor: Donor, folder: Path, first: str) -> None:
    """All from this file to the end that the log has now. Raises CannotGoOn."""
    with _password(donor) as options:
        ended = subprocess.run(
            _command(donor, folder, first, options=options), pass_fds=[options], capture_output=True, check=False
        )
    if ended.returncode:
        raise CannotGoOn(
            what="the binary log of MySQL",
            why=ended.stderr.decode(errors="replace")[-1000:],
            do="see whether MySQL runs (make topology, its log), and take the backup again",
        )


def follow(donor: Donor, folder: Path, first: str) -> subprocess.Popen[bytes]:
    """For ever, until it is ended or the server is gone."""
    for_ever = ("--stop-never", f"--connection-server-id={FOLLOWER_ID}")
    with _password(donor) as options:
        return subprocess.Popen(
            _command(donor, folder, first, *for_ever, options=options),
            pass_fds=[options],
            stdin=subprocess.DEVNULL,
            # Ctrl-C is for us, who end it.
            start_new_session=True,
            preexec_fn=end_with_us,  # noqa: PLW1509  # no lock is taken in there
        )


def _command(donor: Donor, folder: Path, first: str, *more: str, options: int) -> list[str]:
    words = [
        # Before all others: it says where options are.
        *("mysqlbinlog", f"--defaults-file={OPTIONS}"),
        *("--read-from-remote-server", "--raw", "--to-last-log", "--result-file=/data/", *more),
        *(f"--host={donor.host}", f"--port={donor.port}", f"--user={COPIER}", "--verify-binlog-checksum", first),
    ]
    return bwrap(SID, folder, words, "--perms", "0400", "--file", str(options), OPTIONS)


@contextmanager
def _password(donor: Donor) -> Iterator[int]:
    """What the sandbox makes a file of that is there only: an environment would be shown in /proc."""
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "w", encoding="ascii") as options:
        options.write(f"[client]\npassword={donor.password}\n")
    try:
        yield read_end
    finally:
        os.close(read_end)


def end_with_us() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
