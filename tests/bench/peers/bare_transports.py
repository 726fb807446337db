"""The least that Python can do: keep the transports, write the same bytes to each. No HTTP framework, no place.

python -m tests.bench.peers.bare_transports STREAMS_PORT PUBLISH_PORT
"""

from __future__ import annotations

import asyncio
import sys
from typing import cast

import uvloop

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n"


class Stream(asyncio.Protocol):
    __slots__ = ("asked", "everyone", "transport")

    def __init__(self, everyone: set[Stream]) -> None:
        self.everyone = everyone
        self.asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are not of that class

    def data_received(self, data: bytes) -> None:
        self.asked += data
        if self.asked.endswith(b"\r\n\r\n"):
            self.asked = b""
            self.transport.write(HEAD)
            self.everyone.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.everyone.discard(self)


async def serve(streams_port: int, publish_port: int) -> None:
    everyone: set[Stream] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while length := await _length(reader):
            event = await reader.readexactly(length)
            for stream in everyone:
                stream.transport.write(event)
        writer.close()

    loop = asyncio.get_running_loop()
    streams = await loop.create_server(lambda: Stream(everyone), "127.0.0.1", streams_port, backlog=4096)
    publishing = await asyncio.start_server(take, "127.0.0.1", publish_port)
    async with streams, publishing:
        await asyncio.Event().wait()


async def _length(reader: asyncio.StreamReader) -> int:
    try:
        return int.from_bytes(await reader.readexactly(4), "big")
    except asyncio.IncompleteReadError:
        return 0


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), int(sys.argv[2])))
