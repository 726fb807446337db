"""Takes a ticket for each of many customers: the real POST, over a few connections that are kept open."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from uuid import UUID

import uvloop

from tests.bench.places import HOST

CONNECTIONS = 32


def join_all(*, ports: Sequence[int], event_id: UUID, tokens: Sequence[str]) -> None:
    """Raises RuntimeError unless every one of them is in line."""
    statuses = uvloop.run(_join_all(ports, event_id, iter(tokens)))
    if set(statuses) - {"201", "200"}:
        raise RuntimeError(f"not everyone could join: {dict(statuses)}")


async def _join_all(ports: Sequence[int], event_id: UUID, tokens: Iterator[str]) -> Counter[str]:
    statuses: Counter[str] = Counter()
    async with asyncio.TaskGroup() as group:
        for number in range(CONNECTIONS):
            group.create_task(_customers(ports[number % len(ports)], event_id, tokens, statuses))
    return statuses


async def _customers(port: int, event_id: UUID, tokens: Iterator[str], statuses: Counter[str]) -> None:
    """One connection: the next customer's request as soon as the last one has its answer."""
    reader, writer = await asyncio.open_connection(HOST, port)
    for token in tokens:
        writer.write(
            f"POST /queue/v1/events/{event_id}/ticket HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: 2\r\n\r\n{{}}".encode()
        )
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = head.partition("content-length:")[2].partition("\r\n")[0]
        await reader.readexactly(int(length))
        statuses[head.split(" ", 2)[1]] += 1
    writer.close()
