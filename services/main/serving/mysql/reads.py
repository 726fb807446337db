"""Which reads may go to a secondary: those of which somebody says so, outside of transactions. All others may not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections

SECONDARY_ALIAS = "secondary"
_alias: ContextVar[str] = ContextVar("reads_from", default=DEFAULT_DB_ALIAS)


def there_are_secondaries() -> bool:
    return SECONDARY_ALIAS in connections.settings


@contextmanager
def reading_from_secondary() -> Iterator[None]:
    """What is read inside may be a little old. Raises what the queries raise."""
    token = _alias.set(SECONDARY_ALIAS)
    try:
        yield
    finally:
        _alias.reset(token)


class ReadRouter:
    """Named by DATABASE_ROUTERS where there is a group."""

    def db_for_read(self, model: type[Any], **hints: Any) -> str:
        # What a transaction reads it may write by: never from a copy that is older than its locks.
        if connections[DEFAULT_DB_ALIAS].in_atomic_block:
            return DEFAULT_DB_ALIAS
        return _alias.get()

    def db_for_write(self, model: type[Any], **hints: Any) -> str:
        return DEFAULT_DB_ALIAS

    def allow_relation(self, first: Any, second: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == DEFAULT_DB_ALIAS
