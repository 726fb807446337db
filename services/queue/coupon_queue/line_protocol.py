"""uvicorn's connection, with bounds on what it waits for and takes in, and with a way for a stream to take it over."""

from __future__ import annotations

import asyncio

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from coupon_queue.errors import HeadersTooLarge
from coupon_queue.open_stream import TAKEOVER, OpenStream

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

    def _taken_over_by(self, stream: OpenStream) -> None:
        transport = self.transport
        self._be_at_ease()
        self.connections.discard(self)
        self._unset_keepalive_if_required()
        self.cycle.disconnected = True  # uvicorn neither answers nor closes for a request whose client is gone
        self.flow.resume_reading()
        transport.set_protocol(stream)
        stream.begin(transport)
