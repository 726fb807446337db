"""MySQL without a server, for tools that only want the SQL of migrations (`make check ONLY=migrations`)."""

from __future__ import annotations

from typing import Any

from django.db.backends.mysql.base import DatabaseWrapper as MySQLDatabaseWrapper
from django.db.backends.mysql.introspection import DatabaseIntrospection
from django.db.backends.mysql.schema import DatabaseSchemaEditor


class EmptyDatabase(DatabaseIntrospection):
    def table_names(self, cursor: Any = None, include_views: bool = False) -> list[str]:  # noqa: FBT001, FBT002  # Django's signature
        return []

    def get_table_list(self, cursor: Any) -> list[Any]:
        return []

    def get_constraints(self, cursor: Any, table_name: str) -> dict[str, Any]:
        return {}

    def get_storage_engine(self, cursor: Any, table_name: str) -> str:
        return "InnoDB"


class NoCursor:
    def __enter__(self) -> NoCursor:
        return self

    def __exit__(self, *_: object) -> None:
        return None


class SqlOnly(DatabaseSchemaEditor):
    def quote_value(self, value: Any) -> str:
        return "NULL" if value is None else repr(value)


class DatabaseWrapper(MySQLDatabaseWrapper):
    introspection_class = EmptyDatabase
    SchemaEditorClass = SqlOnly
    mysql_server_data = {
        "version": "9.7.0",
        "sql_mode": "STRICT_TRANS_TABLES",
        "default_storage_engine": "InnoDB",
        "sql_auto_is_null": False,
        "lower_case_table_names": 0,
        "has_zoneinfo_database": True,
    }

    def ensure_connection(self) -> None:
        """There is none."""

    def cursor(self) -> Any:
        return NoCursor()
