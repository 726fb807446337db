"""uvicorn's connection, with bounds on what it waits for and takes in, and with a way for a stream to take it over."""

from __future__ import annotations

import asyncio
from typing import cast

import orjson
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from coupon_queue.line.errors import TooManyConnections
from coupon_queue.streams.open_stream import TAKEOVER, OpenStream
from salon_contracts.http.problem import MEDIA_TYPE, Problem, TooLarge, language_of
from salon_contracts.http.refusals import HeadersTooLarge
from salon_kit.tracing import trace_id_from

# A request has to be here, to its last byte, so long after the connection or its own first byte.
_REQUEST_SECONDS = 10.0

# Of a request's headers, also while they arrive; uvicorn alone keeps whatever comes.
_HEADERS_MAX = 100
_HEAD_BYTES_MAX = 32 * 1024
# No endpoint takes so much (see `body_bytes_max`), and nobody goes on reading what was refused.
_BODY_BYTES_MAX = 64 * 1024
_TOO_MANY_RETRY_SECONDS = 2


class LeavingState(ServerState):
    """What all connections of a server share."""

    is_leaving = False


class LineProtocol(HttpToolsProtocol):
    """uvicorn's HTTP connection, which a stream may take over (`scope["extensions"]`).

    Unlike uvicorn's, it gives up on who connects and then says nothing, or not all, or too much.
    """

    _request_timer: asyncio.TimerHandle | None = None
    _awaited_since: float | None = None
    _head_is_open = False
    _is_one_too_many = False
    _body_bytes = 0
    _head_bytes = 0  # of the request that is being read: no fewer have arrived, but for what came with the one before

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        # uvicorn would refuse in its own words.
        most, self.limit_concurrency = self.limit_concurrency, None
        self._is_one_too_many = most is not None and len(self.connections) > most
        if most is not None and len(self.connections) > 2 * most:
            transport.abort()
        self._await_request()

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._head_is_open and self._head_bytes > _HEAD_BYTES_MAX:
            self._refuse(HeadersTooLarge())

    def on_headers_complete(self) -> None:
        self._head_is_open = False
        if len(self.headers) > _HEADERS_MAX or (self._head_bytes > _HEAD_BYTES_MAX and self._has_a_large_head()):
            self._refuse(HeadersTooLarge())
        elif self._is_one_too_many:
            self._refuse(TooManyConnections(retry_after_seconds=_TOO_MANY_RETRY_SECONDS))
        else:
            super().on_headers_complete()
            if getattr(self.server_state, "is_leaving", False):
                # Whoever asks while we are leaving is told to ask the next time on another connection.
                self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        self._body_bytes += len(body)
        if self._body_bytes > _BODY_BYTES_MAX:
            self._refuse(TooLarge())
        elif not self.transport.is_closing():
            super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        self._refuse(Problem())

    def _has_a_large_head(self) -> bool:
        """Other requests, or a body, may have come in the same piece."""
        return sum(len(name) + len(value) for name, value in self.headers) > _HEAD_BYTES_MAX

    def _refuse(self, problem: Problem) -> None:
        if self.transport.is_closing():
            return
        cycle = cast(RequestResponseCycle | None, self.cycle)
        if cycle is None or cycle.response_complete or not cycle.response_started:
            self.transport.write(_refusal(problem, asked_with=self.headers))
        self.transport.close()

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._head_is_open = True
        self._await_request()
        self.scope["extensions"] = {TAKEOVER: {"by": self._taken_over_by}}

    def on_message_complete(self) -> None:
        self._awaited_since = None
        self._head_bytes = self._body_bytes = 0
        if not self.transport.is_closing():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        """One timer serves all requests that come while it runs: a timer for each costs more than reading it."""
        self._awaited_since = self.loop.time()
        if self._request_timer is None:
            self._request_timer = self.loop.call_later(_REQUEST_SECONDS, self._look)

    def _look(self) -> None:
        self._request_timer = None
        if self._awaited_since is None:
            return
        left = self._awaited_since + _REQUEST_SECONDS - self.loop.time()
        if left <= 0:
            self.transport.abort()
        else:
            self._request_timer = self.loop.call_later(left, self._look)

    def _stop_waiting(self) -> None:
        self._awaited_since = None
        if self._request_timer is not None:
            self._request_timer.cancel()
            self._request_timer = None

    def _taken_over_by(self, stream: OpenStream) -> None:
        transport = self.transport
        self._stop_waiting()
        self.connections.discard(self)
        self._unset_keepalive_if_required()
        self.cycle.disconnected = True  # uvicorn neither answers nor closes for a request whose client is gone
        self.flow.resume_reading()
        transport.set_protocol(stream)
        stream.begin(transport)


def _refusal(problem: Problem, *, asked_with: list[tuple[bytes, bytes]]) -> bytes:
    """A whole answer, in the shape of all others, for what never reaches the application."""
    asked = {name: value.decode("latin-1") for name, value in asked_with}  # as many of them as have arrived
    language = language_of(asked.get(b"accept-language"))
    body = orjson.dumps(problem.body(language=language))
    headers = {
        "content-type": MEDIA_TYPE,
        "content-language": language,
        "cache-control": "no-store",
        "content-length": str(len(body)),
        "connection": "close",
        "x-request-id": trace_id_from(asked.get(b"x-request-id")),
        **problem.headers(),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {problem.status.value} {problem.status.phrase}\r\n{head}\r\n".encode() + body
