"""A query as a step of the work that it is done for, through Django's own hook for who wants to see queries."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from salon_kit.spans.recording import step

MYSQL = {"db.system.name": "mysql"}
# What it does, and to which table; never more of it, since a text of SQL may hold values.
_FIRST_WORD = re.compile(r"\s*(\w+)")
_TABLE = re.compile(r"(?i)\b(?:FROM|INTO|UPDATE|TABLE)\s+`?(\w+)")


def query_step(
    execute: Callable[..., Any],
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 - as Django calls it
    context: dict[str, Any],
) -> Any:
    """For `connection.execute_wrappers`."""
    with step(summary_of(sql), facts=MYSQL):
        return execute(sql, params, many, context)


def summary_of(sql: str) -> str:
    """`SELECT accounts_account`."""
    verb, table = _FIRST_WORD.match(sql), _TABLE.search(sql)
    return " ".join(found[1].upper() if found is verb else found[1] for found in (verb, table) if found) or "query"
