"""Floods of WebSocket frames, written without reading an answer first, and of streams that come and go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from itertools import count

import aiohttp

from tests.bench.floods.target import SOURCE, Sent, Target

SOCKETS = 20
AT_ONCE = 100
KIB = 1024
Frame = dict[str, object]


async def send_frames_without_end(target: Target, sent: Sent, frame_of: Callable[[Target], Frame]) -> None:
    connector = aiohttp.TCPConnector(limit=0, local_addr=(SOURCE, 0))
    async with (
        aiohttp.ClientSession(base_url=target.url, connector=connector) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(SOCKETS):
            group.create_task(_fill_one_after_another(http, target, sent, frame_of))


async def _fill_one_after_another(
    http: aiohttp.ClientSession, target: Target, sent: Sent, frame_of: Callable[[Target], Frame]
) -> None:
    while True:
        try:
            async with http.ws_connect("/ws/v1/chat", headers=target.bearer) as socket:
                await _fill(socket, target, sent, frame_of)
            sent.add(f"closed {socket.close_code}")
        except (aiohttp.ClientError, OSError) as error:
            status = getattr(error, "status", type(error).__name__)
            sent.add(f"refused {status}")
            await asyncio.sleep(0.05)


async def _fill(
    socket: aiohttp.ClientWebSocketResponse, target: Target, sent: Sent, frame_of: Callable[[Target], Frame]
) -> None:
    reading = asyncio.create_task(_read(socket))
    numbers = count(1)
    try:
        while not socket.closed and not reading.done():
            for _ in range(AT_ONCE):
                await socket.send_str(json.dumps({**frame_of(target), "id": next(numbers)}))
            sent.add("frames", AT_ONCE)
            await asyncio.sleep(0)
    finally:
        reading.cancel()


async def _read(socket: aiohttp.ClientWebSocketResponse) -> None:
    async for _ in socket:
        pass


def pings(target: Target) -> Frame:
    return {"type": "ping"}


def large_frames(target: Target) -> Frame:
    return {"type": "ping", "more": "x" * (8 * KIB)}


def recoveries(target: Target) -> Frame:
    return {"type": "subscribe", "room_id": target.room_id, "after": target.cursor}


async def open_streams_without_end(target: Target, sent: Sent) -> None:
    """A stream costs its server the most when it begins."""
    connector = aiohttp.TCPConnector(limit=0, local_addr=(SOURCE, 0), force_close=True)
    async with (
        aiohttp.ClientSession(base_url=target.url, connector=connector) as http,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(SOCKETS):
            group.create_task(_open_one_after_another(http, target, sent))


async def _open_one_after_another(http: aiohttp.ClientSession, target: Target, sent: Sent) -> None:
    while True:
        try:
            async with http.get(f"/queue/v1/events/{target.event_id}/line", headers=target.bearer) as answer:
                await answer.content.readany()
            sent.add(str(answer.status))
        except (aiohttp.ClientError, OSError) as error:
            sent.add(type(error).__name__)
            await asyncio.sleep(0.01)
