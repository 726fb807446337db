"""A MySQL server for a while, on a folder of a copy, that nobody else uses."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types

from deploy.local.engines.mysql_group.group import SMALL_SCHEMA
from deploy.local.failure import CannotGoOn, tail
from deploy.local.install.sandbox import TMP, run_once
from deploy.local.places import SID
from deploy.local.run.probes import HOST, greets

# Of a large copy that was not closed: it carries out its own log first.
READY_SECONDS = 600.0
POLL_SECONDS = 0.1
RELAY_LOG = "restored"
# None of the system's servers has it: what was written by itself a server does not carry out again.
SERVER_ID = 4241
OPTIONS = (
    *("mysqld", "--no-defaults", "--datadir=/data", "--init-file=/data/lone.sql", f"--bind-address={HOST}"),
    *(f"--socket={TMP}/mysql.sock", f"--pid-file={TMP}/mysql.pid", "--mysqlx=OFF", "--secure-file-priv=NULL"),
    *(f"--server-id={SERVER_ID}", "--skip-log-bin", "--gtid-mode=ON", "--enforce-gtid-consistency=ON"),
    *("--max-connections=20", "--innodb-buffer-pool-size=256M", "--innodb-redo-log-capacity=64M"),
    *("--character-set-server=utf8mb4", "--default-time-zone=+00:00", "--log-bin-trust-function-creators=ON"),
    *("--skip-replica-start", f"--relay-log={RELAY_LOG}", "--relay-log-purge=OFF", "--relay-log-recovery=OFF"),
    *("--replica-parallel-workers=4", "--replica-preserve-commit-order=ON", "--event-scheduler=OFF"),
    *("--performance-schema=ON", *(f"--performance-schema-{name}={value}" for name, value in SMALL_SCHEMA.items())),
    "--plugin-load-add=mysql_clone.so",
)
# Whoever may read the folder is root of it; a password that was lost with a place must not lock the backup.
INIT = "SET sql_log_bin = 0;\nALTER USER 'root'@'localhost' IDENTIFIED BY '{password}';\n"
LEFT_OVERS = ("lone.sql", "lone.log")


class LoneMySQL:
    def __init__(self, process: subprocess.Popen[bytes], port: int, password: str) -> None:
        self._process, self._port, self._password = process, port, password

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        connection = MySQLdb.connect(
            host=HOST, port=self._port, user="root", password=self._password, autocommit=True, charset="utf8mb4"
        )
        with closing(connection), closing(connection.cursor()) as cursor:
            yield cursor

    def wait_for_its_end(self) -> None:
        self._process.wait(READY_SECONDS)


def make_empty(data: Path) -> None:
    """Raises CannotGoOn."""
    made = run_once(SID, data, ["mysqld", "--no-defaults", "--datadir=/data", "--initialize-insecure"])
    if made.returncode:
        raise CannotGoOn(what="an empty MySQL to copy into", why=made.stderr[-2000:], do=f"see whether {data} has room")


@contextmanager
def lone_mysql(data: Path, password: str, *, more: Sequence[str] = ()) -> Iterator[LoneMySQL]:
    """It answers inside, and has closed its files after. Raises CannotGoOn with the end of its log."""
    port, log = free_port(), data / "lone.log"
    init = data / "lone.sql"
    init.unlink(missing_ok=True)
    with os.fdopen(os.open(init, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(INIT.format(password=password))
    wrapper = [sys.executable, "-m", "deploy.local.install.sandbox", str(SID), str(data)]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*wrapper, *OPTIONS, f"--port={port}", *more], stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        _wait_until_it_answers(process, port, log)
        yield LoneMySQL(process, port, password)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait()
        for name in LEFT_OVERS:
            (data / name).unlink(missing_ok=True)


def _wait_until_it_answers(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    answers, until = greets(port), time.monotonic() + READY_SECONDS
    while not answers():
        if process.poll() is not None or time.monotonic() > until:
            raise CannotGoOn(
                what="the MySQL server of the copy",
                why=tail(log),
                do="take an older backup (FROM=), or mend what it says",
            )
        time.sleep(POLL_SECONDS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
