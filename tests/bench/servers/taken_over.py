"""The same application on uvicorn, with the queue's way of writing frames: to the connections that it took over.

python -m tests.bench.servers.taken_over PORT     (with services/queue on the path)
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import cast
from uuid import UUID

import uvicorn
from starlette.types import Receive, Scope, Send

# Not on mypy's path here.
from coupon_queue.streams.line_protocol import LineProtocol  # type: ignore[import-not-found]
from coupon_queue.streams.line_stream import LineStream  # type: ignore[import-not-found]
from coupon_queue.streams.open_stream import TAKEOVER  # type: ignore[import-not-found]
from tests.bench.servers.app import LINE, Frames, app, starlette

_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncache-control: no-cache\r\nconnection: close\r\n\r\n"
_BUFFER_BYTES_MAX = 64 * 1024

streams: set[LineStream] = set()


async def write_to_all(frames: Frames) -> None:
    while True:
        frame = await frames.next()
        for stream in streams:
            stream.write(frame, buffer_bytes_max=_BUFFER_BYTES_MAX)


async def taken_over(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http" or scope["path"] != LINE:
        await app(scope, receive, send)
        return
    if not streams:
        starlette.state.writing = asyncio.create_task(write_to_all(starlette.state.frames))
    stream = LineStream(event_id=UUID(int=0), account_id=0, on_lost=streams.discard)
    take = cast(Callable[[LineStream], Awaitable[None]], scope["extensions"][TAKEOVER]["by"])
    take(stream)
    streams.add(stream)
    stream.write(_HEAD, buffer_bytes_max=_BUFFER_BYTES_MAX)


if __name__ == "__main__":
    uvicorn.run(
        taken_over,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http=LineProtocol,
        access_log=False,
        log_level="warning",
        backlog=4096,
        server_header=False,
        date_header=False,
        proxy_headers=False,
    )
