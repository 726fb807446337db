"""Somebody in a chat whose connection is lost comes back by themselves, and asks for what came meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.demo.scenarios.talker import Talker, connected_device
from tests.harness.people import Person
from tests.harness.waiting import until

pytestmark = pytest.mark.unit

BACK_WITHIN_SECONDS = 5.0


class Room:
    """A main that takes subscriptions, and says a message to whoever has just come."""

    def __init__(self) -> None:
        self.asked_after: list[str | None] = []
        self._sockets: list[web.WebSocketResponse] = []

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._sockets.append(socket)
        async for raw in socket:
            frame: dict[str, Any] = raw.json()
            self.asked_after.append(frame["after"])
            cursor = f"1-{len(self.asked_after)}"
            await socket.send_json({"type": "message", "room_id": "r", "cursor": cursor})
            answer = {"type": "subscribed", "reply_to": frame["id"], "cursor": cursor, "recovered": True}
            await socket.send_json(answer)
        return socket

    async def lose_everybody(self) -> None:
        for socket in self._sockets:
            await socket.close()


@pytest.fixture
async def room_at() -> AsyncIterator[tuple[Room, str]]:
    room, app = Room(), web.Application()
    app.router.add_get("/ws/v1/chat", room.serve)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield room, f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def talker_in(url: str, http: aiohttp.ClientSession) -> Talker:
    person = Person.with_token(http, account_id=1, token="t")
    talker = Talker(person, "보호자", await connected_device(url, person))
    await talker.device.subscribe_later_too("r", after=None)
    return talker


async def test_who_is_cut_off_comes_back_after_the_last_word(room_at: tuple[Room, str]) -> None:
    room, url = room_at
    async with aiohttp.ClientSession() as http:
        talker = await talker_in(url, http)
        staying = asyncio.create_task(talker.stay(url, "r"))
        await room.lose_everybody()

        came_back = await until(lambda: len(room.asked_after) == 2, seconds=BACK_WITHIN_SECONDS)
        got_all = await until(lambda: len(talker.received) == 2, seconds=BACK_WITHIN_SECONDS)
        staying.cancel()
        await talker.device.close()

    assert came_back
    assert got_all
    assert room.asked_after == [None, "1-1"]


async def test_who_went_on_purpose_is_not_brought_back(room_at: tuple[Room, str]) -> None:
    room, url = room_at
    async with aiohttp.ClientSession() as http:
        talker = await talker_in(url, http)
        talker.is_away = True
        staying = asyncio.create_task(talker.stay(url, "r"))
        await talker.device.close()

        came_back = await until(lambda: len(room.asked_after) > 1, seconds=0.5)
        staying.cancel()

    assert not came_back
