"""The one log shape: a constant name and facts, as one JSON object a line, with the trace id of the click."""

from __future__ import annotations

import logging
import re
import sys
from typing import Literal, cast

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from salon_kit.log_privacy import without_private_parts


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
        return [
            *readable,
            without_control_characters,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain),
        ]
    return [*readable, structlog.processors.JSONRenderer(ensure_ascii=False)]


# Whoever wrote a record or a header chose these letters: on a terminal they would move the cursor or forge a line.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_TRACEBACKS = {"exception", "stack"}


def without_control_characters(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """For the console, where JSON does not escape them."""
    return {
        name: _shown(value, but="\n\t" if name in _TRACEBACKS else "") if isinstance(value, str) else value
        for name, value in event.items()
    }


def _shown(text: str, *, but: str) -> str:
    return _CONTROL.sub(lambda found: found[0] if found[0] in but else repr(found[0])[1:-1], text)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    return cast(structlog.stdlib.BoundLogger, structlog.get_logger(name))
