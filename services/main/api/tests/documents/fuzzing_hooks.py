"""Loaded by schemathesis: some ids that it asks for exist, and some values are those that once hurt somebody.

What is chosen depends on the generated value alone, so that the same seed asks the same questions.
"""

from __future__ import annotations

import json
import os
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import schemathesis

# {"event_id": [...], "groomer_id": [...], ...} as the test has made them.
_KNOWN: dict[str, list[Any]] = json.loads(os.environ["FUZZED_KNOWN"])


def _cursor(values: Any) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


ODD_CURSORS = [
    _cursor(["0001-01-01 00:00:00+00:01", "00000000-0000-4000-8000-000000000000"]),
    *(_cursor(values) for values in ([2**63], [-1], ["x", 1, None], [], [["0001-01-01"]], [1e308], [True])),
    *("1-4711", "0-99999999999999999999", "٣-٤", "a:b", "\x00", "=" * 401, "W10", "_" * 20),
]
ODD_DAYS = ["9999-12-31", "0001-01-01", "2026-02-30", "２０２６-01-01", "2026-1-1", "-001-01-01", "2026-06-01"]
ODD_NUMBERS = ["0", "-1", str(2**63), str(2**70), "１", "1_0", " 7", "7.0", "1e400", "NaN", "9" * 5_000]
ODD_MOMENTS = [
    "9999-12-31T23:59:59.999999+09:00",
    "0001-01-01T00:00:00+23:59",
    "2026-06-01T10:00:00",
    "2026-06-01T10:00:60Z",
    "2026-W01-1",
]
ODD_TEXTS = ["\ud800", "\x00", "\u200b", "\u202e", "보" * 10_000, "", " ", "a\r\nb", "\ufeff", "x" * 300]
ODD_VALUES: list[Any] = [*ODD_TEXTS, 2**63, 2**70, -1, 0, 1.5, True, None, [], {}, [[[[]]]], {"\ud800": 1}]
_QUERY = {
    **dict.fromkeys(("cursor", "before", "after"), ODD_CURSORS),
    "from": ODD_DAYS,
    **dict.fromkeys(("limit", "days", "treatment"), ODD_NUMBERS),
}


def _number_of(value: Any) -> int:
    return zlib.crc32(repr(value).encode(errors="replace"))


def _one_of(choices: Sequence[Any], number: int) -> Any:
    return choices[number % len(choices)]


@schemathesis.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Two in three name a thing that exists."""
    found = dict(path_parameters or {})
    for name, value in found.items():
        number = _number_of(value)
        if number % 3 and (known := _KNOWN.get(name)):
            found[name] = _one_of(known, number // 3)
    return found or path_parameters


@schemathesis.hook
def map_query(context: Any, query: dict[str, Any] | None) -> dict[str, Any] | None:
    """One in two values that are there is an odd one; an existing treatment in a third of the rest."""
    found = dict(query or {})
    for name, value in found.items():
        number = _number_of((name, value))
        if number % 2 and name in _QUERY:
            found[name] = _one_of(_QUERY[name], number // 2)
        elif number % 3 and name in _KNOWN:
            found[name] = _one_of(_KNOWN[name], number // 3)
    return found or query


@schemathesis.hook
def map_body(context: Any, body: Any) -> Any:
    """Ids that exist, and in one of three bodies a field, or its name, is odd."""
    if not isinstance(body, dict):
        return body
    found = {
        name: _one_of(_KNOWN[name], _number_of(value)) if name in _KNOWN else value for name, value in body.items()
    }
    number = _number_of(body)
    if number % 3 == 0 and found:
        name = _one_of(sorted(found), number // 3)
        found[name] = _one_of(ODD_MOMENTS if name.endswith("_at") else ODD_VALUES, number // 7)
    elif number % 11 == 0:
        found[_one_of(ODD_TEXTS, number // 11)] = 1
    return found
