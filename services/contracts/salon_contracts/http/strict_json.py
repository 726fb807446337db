"""JSON as every door takes it: each name once, and only numbers that every reader can hold."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any


def strict_json(text: str) -> Any:
    """Raises ValueError; RecursionError for what is nested a thousand deep."""
    return json.loads(text, parse_constant=_refuse, parse_float=_finite, object_pairs_hook=_each_once)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _finite(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError(f"{number} is more than a float holds")
    return value


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found
