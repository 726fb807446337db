"""Customers and a groomer in chat rooms: each with one device that comes back and resumes, each saying things."""

from __future__ import annotations

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from uuid import uuid4

import aiohttp

from tests.demo.scenarios.chat import stored_messages
from tests.faults.checkers.chat import Message, Place, RoomHistory, place_of
from tests.faults.checkers.tries import CUT, Try, acknowledged
from tests.faults.clients.asking import until_settled
from tests.faults.history import Outcome
from tests.harness.api_client import Unexpected
from tests.harness.chat_client import ChatClient, ChatRefused, ConnectionLost
from tests.harness.people import Person
from tests.harness.waiting import until

EVERY_SECONDS = 0.5
# Whoever talks in hundreds of rooms does not say more than ten things a second.
IN_EACH_ROOM_SECONDS = 0.1
NOT_SIGNED_IN = 4401
ANSWERED_WITHIN_SECONDS = 10.0
RECEIVED_WITHIN_SECONDS = 30.0
_LOST = (ConnectionLost, ConnectionError, aiohttp.ClientError)


class Device:
    """One person's connection to chat, made anew whenever it ends, with a resume in each of their rooms."""

    def __init__(self, base_url: str, person: Person, name: str, rooms: Sequence[str]) -> None:
        self.person = person
        self.name = name
        self.rooms = rooms
        self.received: dict[str, list[Message]] = defaultdict(list)
        self.skipped: dict[str, list[tuple[Place, Place]]] = defaultdict(list)
        self.texts: dict[str, dict[str, str]] = defaultdict(dict)
        self.tries: dict[str, list[Try]] = defaultdict(list)
        self.reconnects = -1
        self.is_connected = asyncio.Event()
        self._base_url = base_url
        self._client: ChatClient | None = None

    async def stay(self) -> None:
        while True:
            token = self.person.token
            client = ChatClient(self._base_url, token=token)
            with suppress(*_LOST, TimeoutError):
                async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
                    await client.connect()
                try:
                    await self._listen(client)
                finally:
                    self.is_connected.clear()
                    self._collect(client)
                    self._client = None
                    await client.close()
                    if client.close_code == NOT_SIGNED_IN:
                        await self.person.renew(token)
            await asyncio.sleep(random.uniform(0.1, 0.5))

    async def _listen(self, client: ChatClient) -> None:
        self.reconnects += 1
        for room in self.rooms:
            await self._subscribe(client, room)
        self._client = client
        self.is_connected.set()
        while not client.closed:
            with suppress(TimeoutError):
                await client.wait_for_anything(seconds=1.0)
            self._collect(client)

    async def _subscribe(self, client: ChatClient, room: str) -> None:
        while True:
            self._collect(client)
            last = self.received[room][-1].place if self.received[room] else None
            after = f"{last[0]}-{last[1]}" if last else None
            try:
                answer = await client.ask({"type": "subscribe", "room_id": room, "after": after})
            except ChatRefused as refusal:
                await asyncio.sleep(float(refusal.problem.get("retry_after_seconds", 1)))
                continue
            self._collect(client)
            if not answer["recovered"] and answer["cursor"] is not None:
                self.skipped[room].append((last or (0, -1), place_of(answer["cursor"])))
            return

    def _collect(self, client: ChatClient) -> None:
        messages, client.messages = client.messages, []
        for message in messages:
            self.received[message["room_id"]].append(_message_of(message))

    async def send_one(self, room: str) -> None:
        """One thing, until it is acknowledged: the same name makes every further try safe."""
        name, text = str(uuid4()), f"{self.name} {len(self.texts[room]) + 1}: 멍멍! 🐶"
        self.texts[room][name] = text
        await until_settled(partial(self._try, room, name, text), self.tries[room])

    async def _try(self, room: str, name: str, text: str) -> Try:
        began = time.monotonic()
        attempt = partial(Try, name, began)
        client = self._client
        if client is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(1.0):
                    await self.is_connected.wait()
            return attempt(time.monotonic(), Outcome.FAIL, settles=False, code=CUT, retry_after_seconds=0.05)
        frame = {"type": "send", "room_id": room, "client_message_id": name, "text": text}
        try:
            answer = await client.ask(frame, within_seconds=ANSWERED_WITHIN_SECONDS)
        except ChatRefused as refusal:
            after = refusal.problem.get("retry_after_seconds")
            outcome = Outcome.FAIL if refusal.code == "rate-limited" else Outcome.UNKNOWN
            wait = None if after is None else float(after)
            return attempt(time.monotonic(), outcome, settles=False, code=refusal.code, retry_after_seconds=wait)
        except _LOST:
            return attempt(time.monotonic(), Outcome.UNKNOWN, settles=False, code=CUT)
        except TimeoutError:
            return attempt(time.monotonic(), Outcome.UNKNOWN, settles=False)
        return attempt(time.monotonic(), Outcome.OK, settles=True, result=str(answer["cursor"]))


class Talkers:
    """Everybody says something in each of their rooms, again and again."""

    def __init__(
        self, devices: Sequence[Device], rooms: Sequence[str], *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        self.devices = devices
        self.rooms = rooms
        self._every_seconds = every_seconds
        self._stopping = asyncio.Event()
        self._staying: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        self._staying = [asyncio.create_task(device.stay()) for device in self.devices]
        await asyncio.wait_for(asyncio.gather(*(device.is_connected.wait() for device in self.devices)), 30)

    def stop(self) -> None:
        """Finish what was begun."""
        self._stopping.set()

    async def talk_on(self) -> None:
        async with asyncio.TaskGroup() as group:
            for device in self.devices:
                for room in device.rooms:
                    group.create_task(self._talk(device, room))

    async def _talk(self, device: Device, room: str) -> None:
        pause = max(self._every_seconds, IN_EACH_ROOM_SECONDS * len(device.rooms))
        await asyncio.sleep(random.uniform(0, pause))
        while not self._stopping.is_set():
            await device.send_one(room)
            await asyncio.sleep(pause)

    async def histories(self) -> list[RoomHistory]:
        """What each heard, and each room's history over HTTP, once the worker has written all of it."""
        stored = {room: await self._stored(room) for room in self.rooms}
        await until(lambda: self._have_received(stored), seconds=RECEIVED_WITHIN_SECONDS)
        await asyncio.sleep(0.5)  # whatever comes too often may still come
        return [self._history(room, stored[room]) for room in self.rooms]

    async def leave(self) -> None:
        for task in self._staying:
            task.cancel()
        await asyncio.gather(*self._staying, return_exceptions=True)

    def _have_received(self, stored: Mapping[str, Sequence[Message]]) -> bool:
        """Everybody all of it, or so many."""
        return all(
            len(device.received[room]) >= len(messages)
            for room, messages in stored.items()
            for device in self._members(room)
        )

    def _members(self, room: str) -> list[Device]:
        return [device for device in self.devices if room in device.rooms]

    async def _stored(self, room: str) -> list[Message]:
        members = self._members(room)
        due = sum(len(acknowledged(member.tries[room])) for member in members)
        deadline = time.monotonic() + RECEIVED_WITHIN_SECONDS
        while True:
            with suppress(Unexpected, aiohttp.ClientError):
                return [_message_of(document) for document in await stored_messages(members[0].person, room, due=due)]
            if time.monotonic() > deadline:
                return []
            await asyncio.sleep(0.5)

    def _history(self, room: str, stored: Sequence[Message]) -> RoomHistory:
        members = self._members(room)
        return RoomHistory(
            room=room,
            tries={member.name: tuple(member.tries[room]) for member in members},
            texts={name: text for member in members for name, text in member.texts[room].items()},
            received={member.name: tuple(member.received[room]) for member in members},
            stored=tuple(stored),
            skipped={member.name: tuple(member.skipped[room]) for member in members},
        )


def _message_of(document: dict[str, str]) -> Message:
    return Message(place_of(document["cursor"]), document["client_message_id"], document["text"])
