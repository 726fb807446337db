"""Daphne's WebSocket, taking in no more than its consumer keeps up with, and refusing handshakes in the one shape."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from autobahn.websocket.types import ConnectionDeny
from daphne.ws_protocol import WebSocketProtocol  # type: ignore[import-untyped]

from salon_contracts.http.problem import (
    Forbidden,
    InternalError,
    MethodNotAllowed,
    NotFound,
    Problem,
)
from salon_contracts.http.refusals import Overloaded
from serving.plain_refusals import written_out

if TYPE_CHECKING:
    from serving.sockets.connection import Connection

# Autobahn copies what it has not parsed yet for each frame, so it is given little at a time.
PIECE_BYTES = 4 * 1024
# A message in more pieces than this is not cut for any network's sake.
MAX_FRAGMENTS = 64
# Read on for the peer's answer to our Close. What is more is left unread, until the time for the answer is over.
MAX_BYTES_AFTER_CLOSE = PIECE_BYTES

CONTINUATION, FIRST_CONTROL_OPCODE = 0, 8


class BadHandshake(Problem):
    code = "bad-handshake"
    title = "This is not how a WebSocket is opened"
    title_ko = "올바른 WebSocket 연결 요청이 아니에요"


_PROBLEMS: dict[int, type[Problem]] = {
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    500: InternalError,
    503: Overloaded,
}


class BoundedWebSocket(WebSocketProtocol):  # type: ignore[misc]
    """Reads from the network only while its consumer has room, and while what it sends is being read."""

    connection: Connection | None = None
    refusal: Problem | None = None
    """What a refused handshake is answered with, when the refusal is ours."""

    def __init__(self) -> None:
        super().__init__()
        self._unread = bytearray()
        self._is_asking = False
        self._fragments = 0
        self._bytes_after_close = 0

    @property
    def is_established(self) -> bool:
        return bool(self.state == self.STATE_OPEN)

    @property
    def waiting_bytes(self) -> int:
        """All that has been received and not been handled."""
        inbox = self.connection.inbox.waiting_bytes if self.connection is not None else 0
        return len(self._unread) + len(self.data or b"") + inbox

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  # Twisted's name
        if self.state == self.STATE_CLOSED:
            return
        self._unread += data
        self.go_on()

    def go_on(self) -> None:
        """Handle what was received, as far as there is room; read on from the network if all of it is handled."""
        if self.data and not self._must_wait() and self.state != self.STATE_CONNECTING:
            self.consumeData()
        while self._unread and not self._must_wait() and self.state != self.STATE_CLOSED:
            piece = bytes(self._unread[:PIECE_BYTES])
            del self._unread[:PIECE_BYTES]
            if self.state == self.STATE_CLOSING:
                self._bytes_after_close += len(piece)
            super().dataReceived(piece)
        if self.state == self.STATE_CLOSED:
            self._forget()
        elif self._must_wait():
            self.transport.pauseProducing()
        else:
            self.transport.resumeProducing()

    def processData(self) -> bool:  # noqa: N802
        return bool(super().processData()) and not self._must_wait()

    def _must_wait(self) -> bool:
        if self.state == self.STATE_CONNECTING:
            return self._is_asking
        if self.state == self.STATE_CLOSING:
            return self._bytes_after_close >= MAX_BYTES_AFTER_CLOSE
        return self.connection is not None and not self.connection.has_room

    def onConnect(self, request: Any) -> Any:  # noqa: N802
        """Daphne answers later, and nothing that comes after the request is looked at until then."""
        self._is_asking = True
        if _carries_a_body(request.headers) or not _is_readable(request.headers):
            self.refusal = BadHandshake()
            raise ConnectionDeny(code=400, reason="Bad Request")  # type: ignore[no-untyped-call]
        return super().onConnect(request)

    def onOpen(self) -> None:  # noqa: N802
        super().onOpen()
        # Not at once: whoever accepted has to know first whose socket it is.
        asyncio.get_running_loop().call_soon(self.go_on)

    def onFrameBegin(self) -> None:  # noqa: N802
        """Frames that never reach the consumer by themselves are counted here, the others by the consumer."""
        opcode = self.current_frame.opcode
        self._fragments = self._fragments + 1 if opcode == CONTINUATION else self._fragments
        if self._fragments > MAX_FRAGMENTS:
            self._protocol_violation("too many fragments")
        goes_past = opcode == CONTINUATION or opcode >= FIRST_CONTROL_OPCODE
        if goes_past and self.is_established and self.connection is not None:
            self.connection.count_frame()
        super().onFrameBegin()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803, FBT001
        self._fragments = 0
        if self.is_established:
            super().onMessage(payload, isBinary)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:  # noqa: N802, N803, FBT001
        if not hasattr(self, "server"):  # refused before Daphne heard of it
            return
        # What came before a peer's own Close was sent in earnest; after any other end nobody waits for an answer.
        if self.connection is not None and (self.closedByMe or not wasClean):
            self.connection.inbox.drop_frames()
        super().onClose(wasClean, code, reason)

    def connectionLost(self, reason: Any = None) -> None:  # noqa: N802
        super().connectionLost(reason)
        self._forget()

    def failHandshake(  # noqa: N802
        self,
        reason: str,
        code: int = 400,
        responseHeaders: Any = None,  # noqa: N803
    ) -> None:
        problem = self.refusal or _PROBLEMS.get(code, BadHandshake)()
        headers = getattr(self, "http_headers", None) or {}
        lines, body = written_out(
            problem,
            accept_language=headers.get("accept-language", ""),
            request_id=headers.get("x-request-id"),
            path=getattr(self, "http_request_path", None) or "/",
        )
        self.wasNotCleanReason = reason
        lines |= {"Connection": "close", **dict(responseHeaders or [])}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        status = f"HTTP/1.1 {problem.status.value} {problem.status.phrase}"
        self.sendData(f"{status}\r\n{head}\r\n".encode("latin-1", "replace") + body)
        self.dropConnection(abort=False)

    def _forget(self) -> None:
        self._unread = bytearray()
        self.data = b""


def _carries_a_body(headers: dict[str, str]) -> bool:
    """Daphne would take a body for the first frames."""
    return "transfer-encoding" in headers or headers.get("content-length", "0").strip() != "0"


def _is_readable(headers: dict[str, str]) -> bool:
    return all(name.isascii() for name in headers) and headers.get("sec-websocket-protocol", "").isascii()
