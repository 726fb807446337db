"""An open stream: server-sent events written straight to the connection.

Thousands get the same bytes once a second. An ASGI send per stream would cost a task, a message and a copy
for each of them, so a stream takes the connection over from uvicorn, as a WebSocket does: the request's task
ends, and what stays of it is this object and its transport.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Final, cast

from starlette.types import Receive, Scope, Send

TAKEOVER: Final = "salon.takeover"

# The length is not known and nothing follows, so the end of the connection is the end of the stream. `retry` belongs
# to the block of the first event, and a comment is a line in a block: a block without data is an event without data to
# some libraries.
_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-store, no-transform\r\n"
    b"x-accel-buffering: no\r\n"
    b"connection: close\r\n"
    b"x-request-id: %s\r\n"
    b"\r\n"
    b"retry: 1000\n"
)
KEEPALIVE = b":\n"

# The kernel gives a connection up when sent bytes stay unacknowledged for so long.
_UNACKNOWLEDGED_MS = 30_000


def encode_event(name: str, data: bytes, *, event_id: bytes | None = None) -> bytes:
    """One server-sent event; `data` is JSON on one line."""
    head = b"" if event_id is None else b"id: %s\n" % event_id
    return b"%sevent: %s\ndata: %s\n\n" % (head, name.encode(), data)


class OpenStream(asyncio.Protocol):
    """Lives from the request until its connection is lost."""

    __slots__ = ("_transport",)

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None

    def begin(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        if transport.is_closing():  # gone while the place was read: the connection reports its loss only once
            self.connection_lost(None)
            return
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)

    @property
    def has_begun(self) -> bool:
        return self._transport is not None

    def write(self, data: bytes, *, buffer_bytes_max: int) -> None:
        """Send, unless the reader is gone. One who reads too slowly is dropped and may reconnect."""
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if transport.get_write_buffer_size() > buffer_bytes_max:
            transport.abort()
            return
        transport.write(data)

    def end(self) -> None:
        """Close after what was written has been sent."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.close()


class StreamResponse:
    """The answer of a stream's endpoint: hands the connection over, then lets `begun` write what comes first.

    Not a Response by class, but what Starlette needs of one: something to await with scope, receive and send.
    """

    def __init__(self, stream: OpenStream, *, trace_id: str, begun: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._trace_id = trace_id
        self._begun = begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        take_over = cast(Callable[[OpenStream], None], scope["extensions"][TAKEOVER]["by"])
        take_over(self._stream)
        self._stream.write(_HEAD % self._trace_id.encode(), buffer_bytes_max=1 << 20)
        await self._begun()
