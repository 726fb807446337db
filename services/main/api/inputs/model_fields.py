"""Columns that identify something: two values are one only when their bytes are.

MySQL's usual collations take "a", "A", "á" and "ａ" for one letter, and some take "a " and "a" for one word.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class ComparedByBytes:
    """For a text field, before Django's class among its bases."""

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        return {**super().db_parameters(connection), "collation": bytes_collation(connection)}  # type: ignore[misc]  # of the class beside this one


class IdentifierField(ComparedByBytes, models.CharField):  # type: ignore[type-arg]  # generic for mypy only
    """A text by which something is found, or which there may be once only."""


def bytes_collation(connection: BaseDatabaseWrapper) -> str:
    """By bytes, with the spaces at the end. The two servers have it under different names."""
    return "utf8mb4_nopad_bin" if getattr(connection, "mysql_is_mariadb", False) else "utf8mb4_0900_bin"
