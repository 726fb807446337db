"""One customer's open stream: server-sent events written straight to the connection.

The crowd gets the same bytes once a second. An ASGI send per stream would cost a task, a message and a copy
for each of them, so a stream takes the connection over from uvicorn, as a WebSocket does: the request's task
ends, and what stays of it is this object and its transport.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast
from uuid import UUID

import orjson
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from coupon_queue.errors import HeadersTooLarge
from coupon_queue.eta import eta_of
from coupon_queue.scripts import Place
from coupon_queue.tickets import Tickets

TAKEOVER: Final = "salon.takeover"

# The length is not known and nothing follows, so the end of the connection is the end of the stream.
_HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"content-type: text/event-stream; charset=utf-8\r\n"
    b"cache-control: no-cache, no-transform\r\n"
    b"x-accel-buffering: no\r\n"
    b"connection: close\r\n"
    b"x-request-id: %s\r\n"
    b"\r\n"
    b"retry: 1000\n\n"
)
KEEPALIVE = b":\n\n"

# A request has to be here, to its last byte, so long after the connection or its own first byte.
_REQUEST_SECONDS = 10.0

# Of a request's headers, also while they arrive; uvicorn alone keeps whatever comes.
_HEADERS_MAX = 100
_HEAD_BYTES_MAX = 32 * 1024
_HEAD_REFUSAL = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: application/problem+json\r\n"
    b"connection: close\r\n"
    b"\r\n"
) + orjson.dumps(HeadersTooLarge().body())

# The kernel gives a connection up when sent bytes stay unacknowledged for so long.
_UNACKNOWLEDGED_MS = 30_000


def encode_event(name: str, data: bytes, *, seq: int | None = None) -> bytes:
    """One server-sent event; `data` is JSON on one line."""
    head = b"" if seq is None else b"id: %d\n" % seq
    return b"%sevent: %s\ndata: %s\n\n" % (head, name.encode(), data)


def place_document(place: Place, *, tickets: Tickets, event_id: UUID, account_id: int) -> dict[str, Any]:
    """The `place` document of docs/doors.md."""
    ticket = None
    if not place.is_final:
        ticket = tickets.sign(event_id=event_id, account_id=account_id, number=place.number)
    document: dict[str, Any] = {
        "ticket": ticket,
        "number": place.number,
        "ahead": place.ahead,
        "state": place.state,
        "seq": place.seq,
        "admitted": place.admitted,
        "eta": eta_of(ahead=place.ahead, per_place=place.eta_per_place) if place.state == "waiting" else None,
        "coupon": {"coupon_id": place.coupon_id, "serial": place.serial} if place.state == "issued" else None,
    }
    if place.reason:
        document["reason"] = place.reason
    return document


class LineProtocol(HttpToolsProtocol):
    """uvicorn's HTTP connection, which a stream may take over (`scope["extensions"]`).

    Unlike uvicorn's, it gives up on who connects and then says nothing, or not all, or too much.
    """

    _patience: asyncio.TimerHandle | None = None
    _awaited_since: float | None = None
    _head_is_open = False
    _head_bytes = 0  # of the request that is being read: no fewer have arrived, but for what came with the one before

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self._await_request()

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_is_open and self._head_bytes > _HEAD_BYTES_MAX:
            self._refuse_head()

    def on_headers_complete(self) -> None:
        self._head_is_open = False
        if len(self.headers) > _HEADERS_MAX or (self._head_bytes > _HEAD_BYTES_MAX and self._has_a_large_head()):
            self._refuse_head()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        if not self.transport.is_closing():
            super().on_body(body)

    def _has_a_large_head(self) -> bool:
        """Other requests, or a body, may have come in the same piece."""
        return sum(len(name) + len(value) for name, value in self.headers) > _HEAD_BYTES_MAX

    def _refuse_head(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(_HEAD_REFUSAL)
            self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_is_open = True
        self._await_request()
        self.scope["extensions"] = {TAKEOVER: {"by": self._taken_over_by}}

    def on_message_complete(self) -> None:
        self._awaited_since = None
        self._head_bytes = 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_at_ease()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        """One timer serves all requests that come while it runs: a timer for each costs more than reading it."""
        self._awaited_since = self.loop.time()
        if self._patience is None:
            self._patience = self.loop.call_later(_REQUEST_SECONDS, self._look)

    def _look(self) -> None:
        self._patience = None
        if self._awaited_since is None:
            return
        left = self._awaited_since + _REQUEST_SECONDS - self.loop.time()
        if left <= 0:
            self.transport.abort()
        else:
            self._patience = self.loop.call_later(left, self._look)

    def _be_at_ease(self) -> None:
        self._awaited_since = None
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _taken_over_by(self, stream: LineStream) -> None:
        transport = self.transport
        self._be_at_ease()
        self.connections.discard(self)
        self._unset_keepalive_if_required()
        self.cycle.disconnected = True  # uvicorn neither answers nor closes for a request whose client is gone
        self.flow.resume_reading()
        transport.set_protocol(stream)
        stream.begin(transport)


class LineStream(asyncio.Protocol):
    """Lives from the request until its connection is lost. `seq` is the newest frame this customer knows of."""

    __slots__ = ("_on_lost", "_transport", "account_id", "event_id", "in_step", "number", "seq", "stale", "state")

    def __init__(self, *, event_id: UUID, account_id: int, on_lost: Callable[[LineStream], None]) -> None:
        self.event_id = event_id
        self.account_id = account_id
        self.number = 0
        self.seq = 0
        self.state = "waiting"
        self.in_step = False  # has a place, and every frame since
        self.stale = False  # something personal happened while the place was being read
        self._transport: asyncio.Transport | None = None
        self._on_lost = on_lost

    def begin(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family != socket.AF_UNIX:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)

    @property
    def number_told(self) -> int | None:
        return self.number if self.number or self.state == "registered" else None

    @property
    def has_begun(self) -> bool:
        return self._transport is not None

    def write(self, data: bytes, *, buffer_bytes_max: int) -> None:
        """Send, unless the customer is gone. One who reads too slowly is dropped and may reconnect."""
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

    def connection_lost(self, exc: Exception | None) -> None:
        self._on_lost(self)


class LineResponse:
    """The answer of `GET …/line`: hands the connection over, then lets `begun` write the place."""

    def __init__(self, stream: LineStream, *, trace_id: str, begun: Callable[[], Awaitable[None]]) -> None:
        self._stream = stream
        self._trace_id = trace_id
        self._begun = begun

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        take_over = cast(Callable[[LineStream], None], scope["extensions"][TAKEOVER]["by"])
        take_over(self._stream)
        self._stream.write(_HEAD % self._trace_id.encode(), buffer_bytes_max=1 << 20)
        await self._begun()
