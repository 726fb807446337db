"""How a process that serves ends, so that nobody loses a request: whoever is led here is led elsewhere first."""

from __future__ import annotations

import asyncio
from typing import Any

import daphne.server  # type: ignore[import-untyped]  # noqa: F401  # before twisted: it installs the reactor
from daphne.ws_protocol import WebSocketProtocol  # type: ignore[import-untyped]
from twisted.internet import reactor
from twisted.internet.defer import maybeDeferred

from salon_contracts.http.chat_frames import CloseCode
from salon_kit.listening import take_rest
from salon_kit.logs import get_logger
from serving.sockets.connection import WebSocketServer

log = get_logger(__name__)

# /readyz says no and everything is answered as before: until a balancer has looked, twice.
FAREWELL_SECONDS = 3.0
# A connection that a proxy keeps open and does not use now it closes itself, sooner than this. If we closed it, a
# request might be on its way on it.
KEPT_SECONDS = 5.0
# For requests under way.
GRACE_SECONDS = 10.0
_LOOK_SECONDS = 0.05


async def leave(server: WebSocketServer, *, led_elsewhere: bool) -> None:
    """End `server` in good order. `led_elsewhere`: something stands in front of it that goes on."""
    try:
        await _lead_away(server, led_elsewhere=led_elsewhere)
    finally:
        server.stop()


async def _lead_away(server: WebSocketServer, *, led_elsewhere: bool) -> None:
    if led_elsewhere:
        await asyncio.sleep(FAREWELL_SECONDS)
    for port in server.ports:
        await _stop_listening(port)
    for protocol in list(server.connections):
        if getattr(protocol, "state", None) == WebSocketProtocol.STATE_OPEN:
            # Not `sendClose`: autobahn keeps such codes from applications, and this is exactly what they are for.
            protocol.sendCloseFrame(code=int(CloseCode.INSTANCE_LEAVING), reasonUtf8=b"service restart")
    began = asyncio.get_running_loop().time()
    while (waited := asyncio.get_running_loop().time() - began) < GRACE_SECONDS:  # Daphne tells nobody
        kept = server.http_factory.kept_open() if led_elsewhere and waited < KEPT_SECONDS else 0
        if not _in_flight(server) and not kept:
            break
        await asyncio.sleep(_LOOK_SECONDS)
    log.info("server_left", in_flight=_in_flight(server), seconds=round(waited, 2))


def _in_flight(server: WebSocketServer) -> int:
    running = [details.get("application_instance") for details in server.connections.values()]
    return sum(1 for instance in running if instance is not None and not instance.done())


async def _stop_listening(port: Any) -> None:
    port.stopReading()
    # Before Twisted closes it, which resets whoever was not accepted.
    for connection in take_rest(port.socket):
        reactor.adoptStreamConnection(connection.fileno(), port.addressFamily, port.factory)
        connection.close()  # the reactor has a duplicate
    await maybeDeferred(port.stopListening).asFuture(asyncio.get_running_loop())
