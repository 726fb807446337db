"""One trace id from a click to MongoDB: made or read where work enters; on every log line, event and span."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

# W3C's: 128 bits, not all of them zero, in small letters. A UUID is as many bits, with dashes between them.
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def trace_id_from(header: str | None) -> str:
    """The caller's X-Request-ID, 32 hexadecimal digits, if it is one; else a new one."""
    if header:
        text = header.replace("-", "") if _UUID.fullmatch(header) else header
        if is_trace_id(text):
            return text
    return f"{random.getrandbits(128):032x}"


def is_trace_id(text: str) -> bool:
    return _TRACE_ID.fullmatch(text) is not None


class NoTrace(RuntimeError):
    """Something is done that nobody could trace to the click that began it: `traced` is missing around it."""


def bound_trace_id() -> str:
    """The trace id of what is being done. Raises NoTrace."""
    trace_id = structlog.contextvars.get_contextvars().get("trace_id")
    if trace_id is None:
        raise NoTrace
    return str(trace_id)


@contextmanager
def traced(trace_id: str, **facts: Any) -> Iterator[None]:
    """Bind the trace id (and more facts) to every log line of the body."""
    with structlog.contextvars.bound_contextvars(trace_id=trace_id, **facts):
        yield
