"""How an instance ends, so that nobody loses a request or a place: whoever is led here is led elsewhere first."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from types import FrameType

import uvicorn
from uvicorn.lifespan.on import LifespanOn

from coupon_queue.process import QueueProcess
from coupon_queue.streams.line_protocol import LeavingState, LineProtocol
from salon_kit.listening import take_rest

# /readyz says no and everything is answered as before: until a balancer has looked, twice.
FAREWELL_SECONDS = 3.0
# A connection that a proxy keeps open and does not use now it closes itself, sooner than this. If we closed it, a
# request might be on its way on it.
KEPT_SECONDS = 5.0
_LOOK_SECONDS = 0.05


class QueueServer(uvicorn.Server):
    """uvicorn waits for open connections before it stops the app; ours stay open until told to go.

    `exit_code` is 0 after all was stopped in order, and 1 where a job of the app had died.
    """

    exit_code = 1

    def __init__(self, config: uvicorn.Config, process: QueueProcess) -> None:
        super().__init__(config)
        self._process = process
        self._state = self.server_state = LeavingState()
        # Ctrl-C ends everything that a terminal started: there is nowhere else to be led to.
        self._led_elsewhere = True

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._led_elsewhere = sig != signal.SIGINT
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._process.leaving.set()
        self._state.is_leaving = True
        if self._led_elsewhere:
            await self._wait(FAREWELL_SECONDS)
        await self._stop_listening()
        self._process.streams.farewell()
        self._process.watchers.farewell()
        if self._led_elsewhere:
            await self._wait(KEPT_SECONDS, while_connected=True)
        await super().shutdown(sockets)
        self.exit_code = int(isinstance(self.lifespan, LifespanOn) and self.lifespan.error_occurred)

    async def _wait(self, seconds: float, *, while_connected: bool = False) -> None:
        """`force_exit`: somebody has asked a second time."""
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until and not self.force_exit:
            if while_connected and not self.server_state.connections:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    async def _stop_listening(self) -> None:
        loop = asyncio.get_running_loop()
        spares = [socket.socket(fileno=os.dup(one.fileno())) for server in self.servers for one in server.sockets]
        for server in self.servers:
            server.close()
        for connection in (one for spare in spares for one in take_rest(spare)):
            await loop.connect_accepted_socket(self._protocol, connection)

    def _protocol(self) -> LineProtocol:
        return LineProtocol(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)
