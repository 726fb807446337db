"""Asking a member of MySQL that may be away, and waiting for a group that is being made."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import MySQLdb  # type: ignore[import-untyped]  # it ships no types


@contextmanager
def connected(**where: Any) -> Iterator[Any]:
    """A cursor."""
    with closing(MySQLdb.connect(**where, autocommit=True, connect_timeout=3, read_timeout=10)) as connection:
        yield connection.cursor()


def until(happened: Callable[[], bool], *, seconds: float = 90) -> None:
    """A member that cannot be asked has not done it yet."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if happened():
                return
        except (MySQLdb.Error, LookupError):
            pass
        if time.monotonic() > deadline:
            raise TimeoutError(happened)
        time.sleep(0.2)
