"""Connections that begin a request, or none, and never end it."""

from __future__ import annotations

import asyncio
import resource
import select
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.faults.places import HOST

MANY = 10_000
CLOSED_AFTER_SECONDS = 15.0
BYTES_EACH_MAX = 32 * 1024
_BEGINNINGS = (
    b"",
    b"GET /healthz HTTP/1.1\r\nhost: sal",
    b"POST /healthz HTTP/1.1\r\nhost: salon\r\ncontent-length: 100\r\n\r\nhalf",
)


@dataclass(frozen=True)
class Occupied:
    """`wrong` has a sentence for each thing that is; `slowest_seconds` is that of the answers to others."""

    wrong: tuple[str, ...]
    slowest_seconds: float


async def occupy(port: int, *, pid: int, ask: Callable[[], Awaitable[None]], source: str = HOST) -> Occupied:
    """Hold so many connections to the process for a while, from an address of this machine, and `ask` beside them."""
    before, largest, slowest = _resident(pid), 0, 0.0
    sockets = await asyncio.to_thread(_open, port, source)
    opened = time.monotonic()
    try:
        while time.monotonic() - opened < CLOSED_AFTER_SECONDS:
            began = time.monotonic()
            await ask()
            slowest = max(slowest, time.monotonic() - began)
            largest = max(largest, _resident(pid) - before)
            await asyncio.sleep(0.2)
        open_still = len(sockets) - await asyncio.to_thread(_closed, sockets)
    finally:
        for one in sockets:
            one.close()
    print(
        f"  {len(sockets)} half-open: {open_still} open after {CLOSED_AFTER_SECONDS:.0f} s, "
        f"{largest / len(sockets) / 1024:.1f} KiB each, slowest answer {slowest * 1000:.0f} ms",
        flush=True,
    )
    wrong = [f"{open_still} half-open connections are open still"] if open_still else []
    if largest > MANY * BYTES_EACH_MAX:
        wrong.append(f"the process took {largest} bytes for them")
    return Occupied(tuple(wrong), slowest)


def _open(port: int, source: str) -> list[socket.socket]:
    """Those that were not refused at once; whoever refuses one later closes it, which is an answer too."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sockets = []
    for index in range(MANY):
        with suppress(ConnectionError):
            one = socket.create_connection((HOST, port), timeout=10, source_address=(source, 0))
            sockets.append(one)
            one.sendall(_BEGINNINGS[index % len(_BEGINNINGS)])
            one.setblocking(False)
    return sockets


def _closed(sockets: Sequence[socket.socket]) -> int:
    poll = select.poll()
    for one in sockets:
        poll.register(one, select.POLLIN | select.POLLHUP | select.POLLERR)
    return len(poll.poll(0))


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize()
