"""A WebSocket connection that takes frames without waiting, and is cut when its reader is too slow."""

from __future__ import annotations

from collections import deque
from typing import Any

from autobahn.websocket.protocol import PreparedMessage
from daphne.server import Server  # type: ignore[import-untyped]

from salon_contracts.logs import get_logger

log = get_logger(__name__)

EXTENSION = "salon.connection"
MAX_UNSENT_BYTES = 1024 * 1024


class Connection:
    """Writes frames to the transport while it drains, and keeps them, up to a limit, while it does not.

    Daphne's own `send` never waits and never refuses, so one reader that stands still would fill the memory.
    """

    def __init__(self, protocol: Any) -> None:
        self._protocol = protocol
        self._transport = protocol.transport
        self._unsent: deque[PreparedMessage] = deque()
        self._unsent_bytes = 0
        self._flowing = True
        # The HTTP channel that the connection began with is registered here and has nothing to produce any more.
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, streaming=True)

    def send(self, frame: PreparedMessage) -> None:
        """Frames go out whole and in the order of the calls, or the connection ends."""
        if self._flowing:
            self._protocol.sendPreparedMessage(frame)
            return
        self._unsent.append(frame)
        self._unsent_bytes += len(frame.payloadHybi)
        if self._unsent_bytes > MAX_UNSENT_BYTES:
            log.warning("slow_socket_cut", unsent_bytes=self._unsent_bytes)
            self._forget()
            self._transport.abortConnection()

    def pauseProducing(self) -> None:  # noqa: N802  # Twisted's name
        """The transport has enough: no more frames, and nothing more is read from somebody who does not read."""
        self._flowing = False
        self._transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        self._flowing = True
        self._transport.resumeProducing()
        while self._unsent and self._flowing:
            frame = self._unsent.popleft()
            self._unsent_bytes -= len(frame.payloadHybi)
            self._protocol.sendPreparedMessage(frame)

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone."""
        self._forget()

    def _forget(self) -> None:
        self._unsent.clear()
        self._unsent_bytes = 0


class WebSocketServer(Server):  # type: ignore[misc]
    """Daphne, with a Connection in the scope's extensions of every WebSocket."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        if scope["type"] == "websocket":
            scope["extensions"] = {EXTENSION: Connection(protocol)}
        return super().create_application(protocol, scope)
