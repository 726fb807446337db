"""A connection to MySQL as main is told of it: one server, or whichever member of a group takes writes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types
from pydantic_core import MultiHostUrl

from tests.harness.system.main_commands import FAILOVER_SECONDS


def connect_to_primary(url: str, password_file: Path) -> Any:
    """Rows that were just written are there, which on another member they might not be yet.

    Waits while there is no primary, as when a zone was just lost. Raises MySQLdb.Error.
    """
    until = time.monotonic() + FAILOVER_SECONDS
    while True:
        try:
            return _connect_now(url, password_file)
        except MySQLdb.OperationalError:
            if time.monotonic() > until:
                raise
        time.sleep(0.5)


def _connect_now(url: str, password_file: Path) -> Any:
    parts = MultiHostUrl(url)
    hosts = parts.hosts()
    password = password_file.read_text(encoding="utf-8").strip()
    error: Exception = MySQLdb.OperationalError(f"no member takes writes: {url}")
    for host in hosts:
        try:
            connection = MySQLdb.connect(
                host=host["host"],
                port=host["port"] or 3306,
                user=hosts[0]["username"],
                password=password,
                database=(parts.path or "/").lstrip("/"),
                connect_timeout=5,
            )
        except MySQLdb.OperationalError as unreachable:
            error = unreachable
            continue
        if _takes_writes(connection):
            return connection
        connection.close()
    raise error


def _takes_writes(connection: Any) -> bool:
    cursor = connection.cursor()
    cursor.execute("SELECT @@GLOBAL.read_only")
    return not cursor.fetchone()[0]
