"""What must not reach a log, taken out of every line before it is written: tokens, query strings, e-mail addresses.

Our own lines name none of these. Libraries do: Django adds the request to its warnings, a driver's exception quotes
the row that it could not write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from structlog.typing import EventDict, WrappedLogger

_TAKEN_OUT = (
    (re.compile(r"eyJ[\w-]{5,}\.[\w-]+\.[\w-]*"), "[token]"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}"), r"\1 [token]"),
    (re.compile(r"\b((?:salon_\w+|sessionid|csrftoken)=)[^\s;,]+"), r"\1[token]"),
    # Up to the next space, for a quotation mark may be a part of it.
    (re.compile(r"(/[^\s?]*)\?\S+"), r"\1?[query]"),
    (re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"), "[e-mail]"),
)


def without_private_parts(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A structlog processor. It comes after exceptions became text, and before the line does."""
    return {name: _cleaned(value) for name, value in event.items()}


def _cleaned(value: Any) -> Any:
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return _text(value)
        case Mapping():
            return {_cleaned(name): _cleaned(inner) for name, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_cleaned(inner) for inner in value]
    if hasattr(value, "method") and hasattr(value, "path"):
        return _text(f"{value.method} {value.path}")
    return _text(repr(value))


def _text(value: str) -> str:
    for pattern, instead in _TAKEN_OUT:
        value = pattern.sub(instead, value)
    return value
