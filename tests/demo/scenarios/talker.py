"""One person in a chat room, over all their connections."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.harness.chat_client import ChatClient, ConnectionLost
from tests.harness.histories.chat import Sent
from tests.harness.people import Person

# Longer than the loss of a zone is felt.
RECONNECT_SECONDS = 60.0


@dataclass
class Talker:
    person: Person
    name: str
    device: ChatClient
    earlier: list[dict[str, Any]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    # Gone on purpose, and coming back by itself.
    is_away: bool = False

    @property
    def received(self) -> list[dict[str, Any]]:
        return self.earlier + self.device.messages

    def is_back(self, *, since: ChatClient) -> bool:
        """There is another connection than the one that was lost."""
        return self.device is not since

    async def resume(self, base_url: str, room_id: str) -> dict[str, Any]:
        """Connect anew and ask for what came after the last that was heard: the answer to that."""
        received = self.received
        device = await connected_device(base_url, self.person)
        after = str(received[-1]["cursor"]) if received else None
        try:
            answer = await device.subscribe_later_too(room_id, after=after)
        except BaseException:
            await device.close()
            raise
        lost, self.earlier, self.device = self.device, received, device
        await lost.close()
        return answer

    async def stay(self, base_url: str, room_id: str) -> None:
        """Come back from every cut that nobody meant: the process or the zone at the other end was lost."""
        while True:
            if self.device.closed and not self.is_away:
                with suppress(ConnectionLost):
                    await self.resume(base_url, room_id)
            await asyncio.sleep(0.05)


async def connected_device(base_url: str, person: Person) -> ChatClient:
    """Raises aiohttp.ClientError when it was refused for RECONNECT_SECONDS."""
    device = ChatClient(base_url, token=person.token)
    deadline = asyncio.get_running_loop().time() + RECONNECT_SECONDS
    while True:
        try:
            await device.connect()
        except (aiohttp.ClientError, ConnectionError):
            if asyncio.get_running_loop().time() > deadline:
                raise
        else:
            return device
        await asyncio.sleep(0.5)
