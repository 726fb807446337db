"""A WebSocket connection that neither sends more than is read nor takes in more than is handled."""

from __future__ import annotations

import asyncio
import functools
from collections import deque
from collections.abc import Callable
from typing import Any

from autobahn.websocket.protocol import PreparedMessage
from daphne.server import Server  # type: ignore[import-untyped]

from salon_contracts.http.problem import Problem
from salon_contracts.metrics.main import CHAT_SLOW_SOCKETS
from salon_kit.logs import get_logger
from salon_kit.metrics.instruments import counter
from serving.http_channel import Factory
from serving.sockets.inbox import Inbox
from serving.sockets.websocket_protocol import BoundedWebSocket

log = get_logger(__name__)

EXTENSION = "salon.connection"
MAX_UNSENT_BYTES = 1024 * 1024

_cut = counter(CHAT_SLOW_SOCKETS)


class Connection:
    """Writes frames to the transport while it drains, and keeps them, up to a limit, while it does not.

    Daphne's own `send` never waits and never refuses, so one reader that stands still would fill the memory.
    """

    def __init__(self, protocol: BoundedWebSocket) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._unsent: deque[PreparedMessage] = deque()
        self._unsent_bytes = 0
        self._flowing = True
        self.inbox = Inbox(on_room=protocol.go_on)
        self.on_other_frame: Callable[[], None] = _allow
        """Called for each frame that the consumer does not see: pings, pongs, pieces of messages."""
        # The HTTP channel that the connection began with is registered here and has nothing to produce any more.
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, streaming=True)

    @property
    def is_open(self) -> bool:
        return self._protocol.is_established

    @property
    def has_room(self) -> bool:
        """May another frame be taken in? Nothing more is read from somebody who does not read."""
        return self._flowing and not self.inbox.is_full

    def count_frame(self) -> None:
        self.on_other_frame()

    def send(self, frame: PreparedMessage) -> None:
        """Frames go out whole and in the order of the calls, or the connection ends."""
        if not self.is_open:
            return
        if self._flowing:
            self._protocol.sendPreparedMessage(frame)
            return
        self._unsent.append(frame)
        self._unsent_bytes += len(frame.payloadHybi)
        if self._unsent_bytes > MAX_UNSENT_BYTES:
            log.warning("slow_socket_cut", unsent_bytes=self._unsent_bytes)
            _cut.inc()
            self._forget()
            self._transport.abortConnection()

    def close(self, code: int, reason: str) -> None:
        """Say goodbye. Nothing that was received and not handled, and nothing that comes, is handled any more."""
        self.inbox.drop_frames()
        self._forget()
        if self.is_open:
            self._protocol.sendClose(code=int(code), reason=reason)  # Autobahn takes no enum

    def refuse_handshake(self, problem: Problem) -> None:
        """Answer the request with a problem, before anything was accepted."""
        self._protocol.refusal = problem
        self._protocol.serverReject()

    def pauseProducing(self) -> None:  # noqa: N802  # Twisted's name
        """The transport has enough: no more frames."""
        self._flowing = False
        self._transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        self._flowing = True
        while self._unsent and self._flowing and self.is_open:
            frame = self._unsent.popleft()
            self._unsent_bytes -= len(frame.payloadHybi)
            self._protocol.sendPreparedMessage(frame)
        self._protocol.go_on()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone."""
        self._forget()

    def _forget(self) -> None:
        self._unsent.clear()
        self._unsent_bytes = 0


def _allow() -> None:
    """Nobody counts."""


class WebSocketServer(Server):  # type: ignore[misc]
    """Daphne with our way of taking requests in, bounded WebSockets, and a Connection in the extensions of each."""

    def __init__(self, *args: Any, ready_callable: Callable[[], None], **options: Any) -> None:
        def ready() -> None:
            # Daphne has made its factory by now, and has not read anything yet.
            self.ws_factory.protocol = BoundedWebSocket
            ready_callable()

        super().__init__(*args, ready_callable=ready, **options)
        self._http_factory = Factory(self)
        # Where it listens. Daphne keeps none of them.
        self.ports: list[Any] = []

    def listen_success(self, port: Any) -> None:
        self.ports.append(port)
        super().listen_success(port)

    @property
    def http_factory(self) -> Factory:
        return self._http_factory

    @http_factory.setter
    def http_factory(self, _daphnes: Any) -> None:
        """Daphne makes its own when it starts; ours stays."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] != "websocket":
            return super().create_application(protocol, scope)
        connection = protocol.connection = Connection(protocol)
        scope |= {"extensions": {EXTENSION: connection}, "asgi": {"version": "3.0"}}
        send = functools.partial(self.handle_reply, protocol)
        running = self.application(scope=scope, receive=connection.inbox.get, send=send)
        self.connections[protocol]["application_instance"] = asyncio.ensure_future(running)
        return connection.inbox
