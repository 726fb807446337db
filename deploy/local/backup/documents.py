"""Chat's history: a whole copy of the PostgreSQL under it while it works, its log (WAL), and the way to a moment.

This is for the engine that `make setup` installs, DocumentDB on PostgreSQL. MongoDB proper is backed up by its own
tools, `mongodump --oplog` and the oplog after it (docs/operations.md).
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from deploy.local.backup.mysql.binary_logs import end_with_us
from deploy.local.backup.mysql.lone_mysql import POLL_SECONDS, READY_SECONDS, free_port
from deploy.local.engines.ferretdb_documentdb import BIN, SETTINGS
from deploy.local.failure import CannotGoOn, tail
from deploy.local.install.sandbox import bwrap, run_once
from deploy.local.places import LOCAL, SID
from deploy.local.run.probes import HOST

PARTIAL = ".partial"
RESTORED_LOGS = "restored-logs"
# PostgreSQL calls it an error when its log ends before the moment that was asked for; then all of the log is wanted.
LOG_ENDS_BEFORE = "recovery ended before configured recovery target was reached"


def copy(port: int, into: Path) -> None:
    """Of one moment, and whole in itself. Raises CannotGoOn."""
    into.mkdir(mode=0o700)
    _run(into, f"{BIN}/pg_basebackup", *_at(port), "-D", "/data/copy", "-X", "stream", "-c", "fast")
    (into / "copy").rename(into.with_name("moved"))
    into.rmdir()
    into.with_name("moved").rename(into)


def first_log(copied: Path) -> str:
    """From which log file on the copy has to be brought up to date."""
    label = (copied / "backup_label").read_text(encoding="utf-8")
    return label.split("(file ")[1].split(")")[0]


def history_of(port: int) -> str:
    """The name of this server's history: two that share it have the same log up to a point."""
    return _ask(
        port, "SELECT system_identifier || '-' || timeline_id FROM pg_control_system(), pg_control_checkpoint()"
    )


def counts(port: int) -> dict[str, int]:
    """Documents by collection, of whatever was committed when it is asked."""
    names = _ask(
        port,
        "SELECT collection_name || '=' || collection_id FROM documentdb_api_catalog.collections"
        " WHERE database_name = 'salon' ORDER BY 1",
    )
    found = {}
    for line in filter(None, names.splitlines()):
        name, _, number = line.rpartition("=")
        with suppress(CannotGoOn):  # a view has no documents of its own
            found[name] = int(_ask(port, f"SELECT COUNT(*) FROM documentdb_data.documents_{int(number)}"))  # noqa: S608
    return found


def fetch(port: int, logs: Path) -> None:
    """The log up to now. Raises CannotGoOn."""
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    end = _ask(port, "SELECT pg_current_wal_flush_lsn()")
    _run(logs, f"{BIN}/pg_receivewal", *_at(port), "-D", "/data", "--no-loop", f"--endpos={end}")


def follow(port: int, logs: Path) -> subprocess.Popen[bytes]:
    """For ever, until it is ended; what is committed is on disk here within a second."""
    logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = [f"{BIN}/pg_receivewal", *_at(port), "-D", "/data", "--no-loop", "--synchronous"]
    return subprocess.Popen(
        bwrap(SID, logs, words),
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=end_with_us,  # noqa: PLW1509  # no lock is taken in there
    )


def ends(port: int) -> tuple[tuple[str, int], tuple[str, int]]:
    """How far the log goes, and how far whoever follows it says that it is on disk there. Raises CannotGoOn."""
    flushed = "SELECT max(flush_lsn) FROM pg_stat_replication WHERE application_name = 'pg_receivewal'"
    bytes_of = "COALESCE(pg_wal_lsn_diff({}, '0/0'), 0)::bigint"
    there, _, here = _ask(
        port, f"SELECT {bytes_of.format('pg_current_wal_flush_lsn()')}, {bytes_of.format(f'({flushed})')}"
    ).partition("|")
    return ("", int(there)), ("", int(here))


def forget_before(logs: Path, first: str) -> None:
    """Log files that no backup needs any more. Their names begin with the history's number and are in order."""
    for path in logs.glob("0*"):
        if path.name[:24] < first:
            path.unlink()


def restore(copied: Path, logs: Path, data: Path, moment: datetime) -> None:
    """A server's data as of this moment. `data` is not there yet. Raises CannotGoOn."""
    shutil.copytree(copied, data)
    data.chmod(0o700)
    own_logs = data / RESTORED_LOGS
    own_logs.mkdir()
    for path in sorted(logs.glob("0*")):
        # The one that was being written when the server was lost; where it is whole, it is there by its own name.
        if not (logs / path.name.removesuffix(PARTIAL)).exists() or not path.name.endswith(PARTIAL):
            shutil.copyfile(path, own_logs / path.name.removesuffix(PARTIAL))
    for target in (moment.isoformat(sep=" "), ""):
        (data / "recovery.signal").touch()
        if _recovered(data, target):
            break
    shutil.rmtree(own_logs)


def _recovered(data: Path, target: str) -> bool:
    """False when the log ends before the moment."""
    port, log = free_port(), data.with_name(f"{data.name}.log")
    settings = {
        **SETTINGS,
        "restore_command": f"cp /data/{RESTORED_LOGS}/%f %p",
        "recovery_target_time": target,
        "recovery_target_action": "promote",
    }
    words = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
    wrapper = [sys.executable, "-m", "deploy.local.install.sandbox", str(SID), str(data)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*wrapper, f"{BIN}/postgres", "-D", "/data", "-p", str(port), *words],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        return _wait_until_recovered(process, port, log)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait()
        log.unlink()


def _wait_until_recovered(process: subprocess.Popen[bytes], port: int, log: Path) -> bool:
    until = time.monotonic() + READY_SECONDS
    while True:
        with suppress(CannotGoOn):
            if _ask(port, "SELECT pg_is_in_recovery()") == "f":
                return True
        if process.poll() is not None and LOG_ENDS_BEFORE in log.read_text(errors="replace"):
            return False
        if process.poll() is not None or (time.monotonic() > until and "restored log file" not in tail(log, 5)):
            raise CannotGoOn(
                what="chat's history to a moment", why=tail(log), do="restore from another backup (FROM=<name>)"
            )
        time.sleep(POLL_SECONDS)


def _ask(port: int, query: str) -> str:
    asked = run_once(SID, _nowhere(), [f"{BIN}/psql", *_at(port), "-d", "postgres", "-qAtc", query])
    if asked.returncode:
        raise CannotGoOn(
            what="PostgreSQL under chat's history", why=asked.stderr[-1000:], do="see whether it runs: make run"
        )
    return asked.stdout.strip()


def _run(data: Path, *words: str) -> None:
    ended = run_once(SID, data, words)
    if ended.returncode:
        raise CannotGoOn(
            what=Path(words[0]).name,
            why=ended.stderr[-1000:],
            do="see whether PostgreSQL runs (its log is beside the others), and try again",
        )


def _at(port: int) -> Sequence[str]:
    return ("-h", HOST, "-p", str(port), "-U", "salon")


def _nowhere() -> Path:
    """A writable place for a program that writes nothing."""
    return LOCAL / "nothing"
