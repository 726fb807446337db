"""The commands that a process sends to MongoDB, as steps, through the driver's own hook for who wants to watch."""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.trace import Span, SpanKind, get_current_span
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from salon_kit.spans.recorder import current
from salon_kit.spans.recording import note_fault

_OPEN_MAX = 10_000


class CommandSpans(CommandListener):
    """The driver calls it in the thread that waits for the answer, so what is being done there is known."""

    def __init__(self) -> None:
        self._open: dict[int, Span] = {}

    def started(self, event: CommandStartedEvent) -> None:
        recorder = current()
        if recorder is None or not get_current_span().is_recording():
            return
        collection = event.command.get(event.command_name)
        facts = {"db.system.name": "mongodb", "db.operation.name": event.command_name}
        name = f"{event.command_name} {collection}" if isinstance(collection, str) else event.command_name
        if len(self._open) >= _OPEN_MAX:
            self._open.clear()
        self._open[event.request_id] = recorder.tracer.start_span(name, kind=SpanKind.CLIENT, attributes=facts)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        if (span := self._open.pop(event.request_id, None)) is not None:
            span.end()

    def failed(self, event: CommandFailedEvent) -> None:
        if (span := self._open.pop(event.request_id, None)) is not None:
            note_fault(span, "command failed")
            span.end()


def listeners() -> Sequence[CommandListener]:
    """For a client that is made now: none where nothing is recorded."""
    return [CommandSpans()] if current() is not None else []
