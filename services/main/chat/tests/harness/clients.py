"""Clients of the socket and of history, as an app has them."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

from accounts.models import Account
from chat.models import Room
from chat.tests.harness.published_frames import what_is_wrong
from chat.tests.harness.servers import Server
from conftest import access_token_of
from salon_contracts.events.chat import Cursor

Frame = dict[str, Any]


@dataclass
class Client:
    """One socket of one account. Frames that answer a request are kept apart from messages.

    `faults`: where frames were not as docs/chat-asyncapi.json has them.
    """

    socket: aiohttp.ClientWebSocketResponse
    messages: list[Frame] = field(default_factory=list)
    problems: list[Frame] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    reading: asyncio.Task[None] = field(init=False)
    _answers: dict[int, asyncio.Future[Frame]] = field(default_factory=dict)
    _number: int = 0
    _received: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self) -> None:
        async for frame in self.socket:
            body = json.loads(frame.data)
            self.faults += what_is_wrong(body)
            if body["type"] == "message":
                self.messages.append(body)
            elif body.get("reply_to") in self._answers:
                self._answers.pop(body["reply_to"]).set_result(body)
            else:
                self.problems.append(body)
            self._received.set()

    async def ask(self, **frame: Any) -> Frame:
        """Send a request and wait for its answer."""
        return await asyncio.wait_for(await self.begin(**frame), 10)

    async def begin(self, **frame: Any) -> asyncio.Future[Frame]:
        self._number += 1
        answer: asyncio.Future[Frame] = asyncio.get_running_loop().create_future()
        self._answers[self._number] = answer
        await self.socket.send_json({"id": self._number, **frame})
        return answer

    async def send(self, room: Room, text: str, name: str | None = None) -> Frame:
        return await self.ask(type="send", room_id=str(room.pk), client_message_id=name or str(uuid4()), text=text)

    async def subscribe(self, room: Room, after: str | None = None) -> Frame:
        return await self.ask(type="subscribe", room_id=str(room.pk), after=after)

    async def until(self, condition: Callable[[], bool], within_seconds: float = 10) -> None:
        async with asyncio.timeout(within_seconds):
            while not condition():
                self._received.clear()
                if not condition():
                    await self._received.wait()

    def texts(self) -> list[str]:
        return [message["text"] for message in self.messages]

    def cursors(self) -> list[Cursor]:
        return [Cursor.parse(message["cursor"]) for message in self.messages]


def token_of(account: Account) -> str:
    return access_token_of(account)


@asynccontextmanager
async def connected(server: Server, account: Account | None, **headers: str) -> AsyncIterator[Client]:
    """A signed-in mobile client; with `account=None`, only with the headers given."""
    if account is not None:
        headers["Authorization"] = f"Bearer {token_of(account)}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.ws_connect(f"{server.url}/ws/v1/chat", timeout=aiohttp.ClientWSTimeout(ws_close=2)) as opened,
    ):
        client = Client(opened)
        client.reading = asyncio.create_task(client.read())
        try:
            yield client
        finally:
            client.reading.cancel()
        assert client.faults == []


async def history_of(server: Server, room: Room, account: Account, **params: str) -> Frame:
    headers = {"Authorization": f"Bearer {token_of(account)}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{server.url}/api/v1/rooms/{room.pk}/messages", params=params) as answer,
    ):
        body: Frame = await answer.json()
        return body


async def eventually(
    ask: Callable[[], Awaitable[Frame]], good: Callable[[Frame], bool], within_seconds: float = 10
) -> Frame:
    """Ask until the answer is good."""
    until = time.monotonic() + within_seconds
    while not good(answer := await ask()):
        assert time.monotonic() < until, answer
        await asyncio.sleep(0.05)
    return answer


async def until_closed(client: Client) -> None:
    """The reader of the client ends when the connection does."""
    await asyncio.wait_for(asyncio.shield(client.reading), 10)
