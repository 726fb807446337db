"""Server-sent events, as the HTML standard reads them from a stream of bytes."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ServerSentEvent:
    """One dispatched event. `id` is the last id the stream has given, as the standard wants it."""

    event: str
    data: str
    id: str | None = None


class EventParser:
    """Feed it lines (without their ends); an empty line gives the event that stands before it."""

    def __init__(self) -> None:
        self._event = ""
        self._data: list[str] = []
        self._last_id: str | None = None

    def line(self, line: str) -> ServerSentEvent | None:
        if line == "":
            return self._dispatch()
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._event = value
        elif field == "data":
            self._data.append(value)
        elif field == "id" and "\0" not in value:
            self._last_id = value
        return None  # a comment (empty field), `retry` and unknown fields say nothing to us

    def _dispatch(self) -> ServerSentEvent | None:
        event, data = self._event or "message", self._data
        self._event, self._data = "", []
        if not data:
            return None
        return ServerSentEvent(event=event, data="\n".join(data), id=self._last_id)


async def events(stream: AsyncIterable[bytes]) -> AsyncIterator[ServerSentEvent]:
    """The events of a stream that yields whole lines, such as aiohttp's `response.content`."""
    parser = EventParser()
    async for raw in stream:
        event = parser.line(raw.decode().rstrip("\r\n"))
        if event is not None:
            yield event
