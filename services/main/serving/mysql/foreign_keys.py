"""Rows that go with the row they point to, in the database itself.

A release deletes what it knows, child before parent. The release before does not know a table that came since: its
deletion of the parent would be refused (error 1451), during a deploy and after a rollback. Which rows go with which is
held by `entry/tests/test_what_goes_with_a_row.py`.
"""

from __future__ import annotations

from django.db.migrations import RunSQL


def goes_with(parent: str, *, table: str, column: str, instead_of: str, parent_key: str = "id") -> RunSQL:
    """`ON DELETE CASCADE` in place of the constraint of this name, which Django made in an earlier migration.

    In place and while people write: nothing is checked anew, since the constraint before has held it.
    """
    named = f"{table}_goes_with_{column.removesuffix('_id')}"
    key = f"FOREIGN KEY ({column}) REFERENCES {parent} ({parent_key})"
    return RunSQL(
        _unchecked(
            f"ALTER TABLE {table} DROP FOREIGN KEY {instead_of}, ADD CONSTRAINT {named} {key} ON DELETE CASCADE"
        ),
        _unchecked(f"ALTER TABLE {table} DROP FOREIGN KEY {named}, ADD CONSTRAINT {instead_of} {key}"),
    )


def _unchecked(statement: str) -> tuple[str, ...]:
    insists = f"{statement}, ALGORITHM=INPLACE, LOCK=NONE"
    return ("SET foreign_key_checks = 0", insists, "SET foreign_key_checks = 1")
