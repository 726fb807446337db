"""The one log shape: a constant name and facts, as one JSON object a line, with the trace id of the click."""

from __future__ import annotations

import logging
import random
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from salon_kit.log_privacy import without_private_parts

_TRACE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def configure_logs(*, service: str, log_format: Literal["json", "console"]) -> None:
    """Send our own logs and the libraries' through one formatter to stderr. Call once, in the entry point."""

    def add_service(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        # A processor, not a context variable: new threads start with an empty context.
        event["service"] = service
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_service,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendered(log_format)],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def _rendered(log_format: Literal["json", "console"]) -> list[Processor]:
    # Structlog's own tracebacks for the console show the local variables, and one of them may be a token.
    readable: list[Processor] = [structlog.processors.format_exc_info, without_private_parts]
    if log_format == "console":
        plain = structlog.dev.plain_traceback
        return [*readable, structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    return [*readable, structlog.processors.JSONRenderer(ensure_ascii=False)]


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(name))


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
