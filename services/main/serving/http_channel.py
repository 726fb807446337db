"""HTTP/1.1 as main takes it in: no body is parsed here, none is kept beyond the limit, every refusal has our shape.

Twisted parses forms by itself, on the event loop, and answers what it cannot read with a bare status line or by
cutting the connection; nginx then takes the instance for dead. Daphne writes pages of its own. Neither happens here.
"""

from __future__ import annotations

import weakref
from http import HTTPStatus
from typing import Any

from daphne.http_protocol import HTTPFactory, WebRequest  # type: ignore[import-untyped]
from twisted.web.http import RESPONSES, HTTPChannel
from twisted.web.http_headers import Headers

from salon_contracts.http.problem import InternalError, Problem, TooLarge
from salon_contracts.http.refusals import HeadersTooLarge, Overloaded, RequestTimeout, UriTooLong
from salon_kit.logs import get_logger
from serving import readiness
from serving.body_limit import MAX_BODY_BYTES
from serving.plain_refusals import written_out

log = get_logger(__name__)

RECEIVED_WITHIN_SECONDS = 30.0
# How long somebody may go on sending what is not read any more, so that they come to read the answer.
LINGER_SECONDS = 2.0
# A browser sends twenty and nginx adds ten. Each one costs Twisted, Daphne and Django more than its bytes tell.
MOST_HEADERS = 100
# Twisted knows the status codes of long ago, and calls the others "Unknown Status".
for _status in HTTPStatus:
    RESPONSES.setdefault(int(_status), _status.phrase.encode())


# Most of Twisted's methods have no types.
_HTTPChannel: Any = HTTPChannel


class Channel(_HTTPChannel):  # type: ignore[misc]
    """One connection."""

    maxHeaders = MOST_HEADERS  # noqa: N815  # Twisted's name
    refused = False
    _timer: Any = None

    def refuse(self, problem: Problem) -> None:
        """Answer before the request is complete, take nothing more, and close when the other side has read it."""
        if self.refused:
            return
        self.refused = True
        self.setTimeout(None)
        self._cancel_timer()
        self.transport.write(self._written_out(problem))
        # Not `loseConnection`: closing while bytes arrive is a reset, which may overtake the answer.
        self.transport.loseWriteConnection()
        self._timer = self.callLater(LINGER_SECONDS, self.transport.abortConnection)

    def _written_out(self, problem: Problem) -> bytes:
        headers = self.requests[-1].requestHeaders if self.requests else Headers()
        path = getattr(self, "_path", b"/").partition(b"?")[0]
        lines, body = written_out(
            problem,
            accept_language=header(headers, b"accept-language"),
            request_id=header(headers, b"x-request-id"),
            path=path.decode("latin-1"),
        )
        status = f"HTTP/1.1 {problem.status.value} {problem.status.phrase}"
        head = [status, *(f"{name}: {value}" for name, value in lines.items()), "Connection: close", "", ""]
        return "\r\n".join(head).encode() + (b"" if getattr(self, "_command", b"") == b"HEAD" else body)

    def _respondToBadRequestAndDisconnect(self) -> None:  # noqa: N802  # Twisted's name, for whatever it cannot read
        is_too_much = self._receivedHeaderSize > self.totalHeadersSize or self._receivedHeaderCount > self.maxHeaders
        self.refuse(self._too_large() if is_too_much else Problem())

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802
        self.refuse(self._too_large())

    def _too_large(self) -> Problem:
        return HeadersTooLarge() if self._has_request_line() else UriTooLong()

    def _has_request_line(self) -> bool:
        return hasattr(self, "_command")

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        if not self.refused:
            super().dataReceived(data)

    def lineReceived(self, line: bytes) -> None:  # noqa: N802
        if self.refused:
            return
        if self._timer is None:
            # A byte now and then keeps Twisted's own timeout quiet for ever.
            self._timer = self.callLater(RECEIVED_WITHIN_SECONDS, lambda: self.refuse(RequestTimeout()))
        super().lineReceived(line)

    def allHeadersReceived(self) -> None:  # noqa: N802
        if self.length is not None and self.length > MAX_BODY_BYTES:
            self.refuse(TooLarge(limit_bytes=MAX_BODY_BYTES))
        elif not self.refused:
            super().allHeadersReceived()

    def rawDataReceived(self, data: bytes) -> None:  # noqa: N802
        if not self.refused:
            super().rawDataReceived(data)

    def allContentReceived(self) -> None:  # noqa: N802
        if not self.refused:
            self._cancel_timer()
            super().allContentReceived()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802
        self._cancel_timer()
        super().connectionLost(reason)

    @property
    def is_open(self) -> bool:
        return bool(self.transport is not None and self.transport.connected and self.transport.protocol is self)

    def checkPersistence(self, request: Any, version: bytes) -> bool:  # noqa: N802
        """Whoever asks while we are leaving is told to ask the next time on another connection."""
        if readiness.is_turning_away():
            request.responseHeaders.setRawHeaders(b"connection", [b"close"])
            return False
        return bool(super().checkPersistence(request, version))

    def _cancel_timer(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None


class Request(WebRequest):  # type: ignore[misc]
    """One request. Its body is bytes until the view that wants it reads them."""

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        if self.channel.refused:
            return
        if self.content.tell() + len(data) > MAX_BODY_BYTES:
            self.channel.refuse(TooLarge(limit_bytes=MAX_BODY_BYTES))
        else:
            self.content.write(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802
        """Without Twisted's parsing of forms."""
        self.method, self.uri, self.clientproto = command, path, version
        self.path = path.partition(b"?")[0]
        self.args: dict[bytes, list[bytes]] = {}
        if self.requestHeaders.hasHeader(b"transfer-encoding"):
            # What came in chunks has a length by now, and those who read it believe only in this header.
            self.requestHeaders.removeHeader(b"transfer-encoding")
            self.requestHeaders.setRawHeaders(b"content-length", [b"%d" % self.content.tell()])
        self.content.seek(0)
        # Daphne would let a stranger move the application to another path.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        self.process()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Daphne's name, for what it refuses or gives up."""
        log.warning("request_given_up", status=status, reason=body)
        if self._response_started:  # too late for words
            self.transport.abortConnection()
            return
        problem = _GIVEN_UP.get(status, InternalError)()
        headers, document = written_out(
            problem,
            accept_language=header(self.requestHeaders, b"accept-language"),
            request_id=header(self.requestHeaders, b"x-request-id"),
            path=self.path.decode("latin-1"),
        )
        lines = [(name.encode(), value.encode()) for name, value in headers.items()]
        self.handle_reply({"type": "http.response.start", "status": int(problem.status), "headers": lines})
        self.handle_reply({"type": "http.response.body", "body": document})


_GIVEN_UP: dict[int, type[Problem]] = {400: Problem, 503: Overloaded}


class Factory(HTTPFactory):  # type: ignore[misc]
    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self._channels: weakref.WeakSet[Channel] = weakref.WeakSet()

    def kept_open(self) -> int:
        """Connections for requests. One that has become a WebSocket is none of them any more."""
        return sum(channel.is_open for channel in self._channels)

    def buildProtocol(self, addr: Any) -> Channel:  # noqa: N802
        """A channel of ours, without the layer around it that would choose HTTP/2."""
        channel = Channel()
        self._channels.add(channel)
        channel.factory = self
        channel.requestFactory = Request
        channel.timeOut = self.timeOut
        channel.callLater = self.reactor.callLater
        return channel


def header(headers: Headers, name: bytes) -> str:
    """The first one of that name, or nothing."""
    return (headers.getRawHeaders(name) or [b""])[0].decode("latin-1")
