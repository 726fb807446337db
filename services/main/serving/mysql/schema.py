"""How migrations change tables that people read and write meanwhile."""

from __future__ import annotations

import time
from typing import Any

from django.db import OperationalError
from django.db.backends.mysql.schema import DatabaseSchemaEditor as MySQLSchemaEditor

# A change of a table waits for every transaction that has touched it, and whoever comes later waits behind the change.
# So it gives up soon, lets those behind it go on, and asks again. MySQL's own default is a year.
LOCK_WAIT_SECONDS = 2
PAUSE_SECONDS = 1.0
TRIES = 30
LOCK_WAIT_TIMED_OUT = 1205


class DatabaseSchemaEditor(MySQLSchemaEditor):
    """Nobody waits for long behind a migration that waits itself. Raises OperationalError after so many tries."""

    def __enter__(self) -> DatabaseSchemaEditor:
        super().__enter__()
        if not self.collect_sql:
            with self.connection.cursor() as cursor:
                cursor.execute("SELECT @@SESSION.lock_wait_timeout")
                [self._usual_wait] = cursor.fetchone()
                cursor.execute(f"SET SESSION lock_wait_timeout = {LOCK_WAIT_SECONDS:d}")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: Any) -> None:
        super().__exit__(kind, error, trace)  # the statements that were put off until now
        if not self.collect_sql and self.connection.connection is not None and kind is None:
            with self.connection.cursor() as cursor:
                cursor.execute(f"SET SESSION lock_wait_timeout = {self._usual_wait:d}")

    def execute(self, sql: Any, params: Any = ()) -> None:
        for left in reversed(range(TRIES)):
            try:
                super().execute(sql, params)
                return
            except OperationalError as error:
                if error.args[0] != LOCK_WAIT_TIMED_OUT or not left:
                    raise
            time.sleep(PAUSE_SECONDS)
