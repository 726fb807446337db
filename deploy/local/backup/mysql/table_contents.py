"""What is in each table, so that two databases can be compared: how many rows, and a digest of all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deploy.local.backup.manifest import TableContent

_TABLES = """\
SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_TYPE = 'BASE TABLE' ORDER BY 1"""
_COLUMNS = """\
SELECT COLUMN_NAME FROM information_schema.COLUMNS
 WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s ORDER BY ORDINAL_POSITION"""


def contents(cursor: Any, database: str) -> dict[str, TableContent]:
    """By table; of one moment where the cursor's transaction has a snapshot. The order of rows plays no part."""
    cursor.execute(_TABLES, [database])
    return {name: _content(cursor, database, name) for (name,) in cursor.fetchall()}


def _content(cursor: Any, database: str, table: str) -> TableContent:
    cursor.execute(_COLUMNS, [database, table])
    columns = [name for (name,) in cursor.fetchall()]
    # HEX: whatever a value is made of, no two rows look alike that are not; `~` is in no HEX, and stands for NULL.
    row = ", ',', ".join(f"IFNULL(HEX(CAST(`{name}` AS BINARY)), '~')" for name in columns)
    # Of the digests of all rows, each with its key: whatever order they are read in.
    together = f"HEX(BIT_XOR(UNHEX(SHA2(CONCAT({row}), 256))))"
    cursor.execute(f"SELECT COUNT(*), {together} FROM `{database}`.`{table}`")  # noqa: S608  # names from the schema
    rows, digest = cursor.fetchone()
    return TableContent(rows=int(rows), digest=str(digest).lower() if rows else "")


def differences(one: Mapping[str, TableContent], other: Mapping[str, TableContent]) -> list[str]:
    """Sentences, one a table that is not the same in both."""
    found = []
    for name in sorted({*one, *other}):
        left, right = one.get(name), other.get(name)
        if left is None or right is None:
            found.append(f"{name} is in one of them only")
        elif left.rows != right.rows:
            found.append(f"{name}: {left.rows} rows, and {right.rows}")
        elif left != right:
            found.append(f"{name}: {left.rows} rows in both, and not the same")
    return found
