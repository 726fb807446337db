"""One trace id from a click to MongoDB: made or read where work enters, on every log line, in every event."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog

_TRACE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def trace_id_from(header: str | None) -> str:
    """The caller's X-Request-ID if it is a sane one, else a new id."""
    if header and _TRACE_ID.fullmatch(header):
        return header
    return f"{random.getrandbits(128):032x}"


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
