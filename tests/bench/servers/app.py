"""One Starlette route, and streams that all get the same frame: what a line needs of its server, and nothing else.

The frames come from here, once a second, so that nothing but the server stands between them and the sockets.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from tests.bench.peers.bare_route import ANSWER
from tests.bench.streams.sent_times import SentTimes

LINE = "/line"
HEADERS = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-cache")]
FRAME = (
    '{{"seq":{},"state":"paused","serving":0,"admitted":0,"waiting":15000,"rate":0.00,"stock_left":1000,"departed":[]}}'
)


class Frames:
    """The newest frame, and who waits for the next."""

    def __init__(self) -> None:
        self.newest = b""
        self._next = asyncio.Event()

    async def publish(self) -> None:
        sent, seq = SentTimes(Path(os.environ["SENT_TIMES"])), 0
        while True:
            await asyncio.sleep(1.0)
            seq += 1
            sent.mark(seq)
            self.newest = b"id: %d\nevent: frame\ndata: %s\n\n" % (seq, FRAME.format(seq).encode())
            self._next.set()
            self._next = asyncio.Event()

    async def next(self) -> bytes:
        await self._next.wait()
        return self.newest


async def take_ticket(request: Request) -> JSONResponse:
    return JSONResponse(ANSWER, status_code=201)


@asynccontextmanager
async def publishing(app: Starlette) -> AsyncIterator[None]:
    app.state.frames = Frames()
    async with asyncio.TaskGroup() as group:
        publisher = group.create_task(app.state.frames.publish())
        yield
        publisher.cancel()


starlette = Starlette(
    routes=[
        Route("/queue/v1/events/{event_id}/ticket", take_ticket, methods=["POST"]),
        Route("/ready", lambda _: Response(), methods=["GET"]),
    ],
    lifespan=publishing,
)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """A stream is written to without Starlette: each server at its best."""
    if scope["type"] != "http" or scope["path"] != LINE:
        await starlette(scope, receive, send)
        return
    frames: Frames = starlette.state.frames
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"retry: 1000\n\n", "more_body": True})
    while True:
        await send({"type": "http.response.body", "body": await frames.next(), "more_body": True})
