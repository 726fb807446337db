"""Floods of requests that never end: as many connections as one process may have, a byte a second on each."""

from __future__ import annotations

import asyncio
from contextlib import closing, suppress

from tests.bench.floods.target import SOURCE, Sent, Target

CONNECTIONS = 1_000
BETWEEN_BYTES_SECONDS = 1.0

_JSON = b"HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
BODY = b"POST /api/v1/sessions " + _JSON
JOIN = b"POST /queue/v1/events/x/ticket " + _JSON
HEAD = b"GET /api/v1/salons HTTP/1.1\r\nHost: x\r\nX-A: "


async def hold_without_end(target: Target, sent: Sent, beginnings: tuple[bytes, ...]) -> None:
    async with asyncio.TaskGroup() as group:
        for number in range(CONNECTIONS):
            group.create_task(_hold_one_after_another(target, sent, beginnings[number % len(beginnings)]))


async def _hold_one_after_another(target: Target, sent: Sent, beginning: bytes) -> None:
    while True:
        try:
            reader, writer = await asyncio.open_connection(*target.address, local_addr=(SOURCE, 0))
        except OSError as error:
            sent.add(type(error).__name__)
            await asyncio.sleep(BETWEEN_BYTES_SECONDS)
            continue
        sent.add("opened")
        with closing(writer), suppress(OSError):
            await _send_slowly(reader, writer, beginning)
        sent.add("ended")


async def _send_slowly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, beginning: bytes) -> None:
    """Until the other side has closed, or the next byte is told so."""
    writer.write(beginning)
    while not reader.at_eof():
        await asyncio.sleep(BETWEEN_BYTES_SECONDS)
        writer.write(b"x")
        await writer.drain()
