"""Customers who stand in the line, as their browsers do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import aiohttp


@dataclass
class SseEvent:
    """One server-sent event."""

    name: str
    data: dict[str, Any]
    id: str | None = None


@dataclass
class Customer:
    """One account with its token, and what it was told. Reconnects as a browser does."""

    account_id: int
    token: str
    http: aiohttp.ClientSession
    urls: list[str]
    event_id: UUID
    ticket: str | None = None
    number: int = 0
    received: list[SseEvent] = field(default_factory=list)
    ahead: int | None = None
    ahead_history: list[tuple[int, int]] = field(default_factory=list)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def path(self, tail: str) -> str:
        return f"{self.urls[0]}/queue/v1/events/{self.event_id}/{tail}"

    async def join(self) -> tuple[int, dict[str, Any]]:
        body = {"ticket": self.ticket} if self.ticket else {}
        async with self.http.post(self.path("ticket"), json=body, headers=self.headers) as response:
            answer = await response.json(content_type=None)
            if response.status in {200, 201}:
                self.ticket, self.number = answer["ticket"], answer["number"]
            return response.status, answer

    async def leave(self) -> int:
        async with self.http.delete(self.path("ticket"), headers=self.headers) as response:
            return response.status

    async def listen(self) -> str:
        """Until a final state. Changes the instance when one is gone. Returns the final state."""
        while True:
            try:
                state = await self._listen_once()
            except (aiohttp.ClientError, OSError):
                state = None
            if state is not None:
                return state
            self.urls = self.urls[1:] + self.urls[:1]
            await asyncio.sleep(0.1)

    async def _listen_once(self) -> str | None:
        async with self.http.get(self.path("line"), headers=self.headers) as response:
            if response.status != 200:
                return str((await response.json(content_type=None))["code"]) if response.status < 500 else None
            async for received in sse(response):
                self.received.append(received)
                self._reckon(received)
                if received.name == "place" and received.data["state"] not in {"registered", "waiting", "claimed"}:
                    return str(received.data["state"])
                if received.name in {"farewell", "problem"}:
                    return None
        return None

    def _reckon(self, event: SseEvent) -> None:
        """The client's arithmetic of docs/api.md."""
        if event.name == "place":
            self._seq, self._admitted, self.ahead = (
                event.data["seq"],
                event.data["admitted"],
                event.data["ahead"],
            )
            self._state, self.number = event.data["state"], event.data["number"]
            self.ticket = event.data["ticket"] or self.ticket
        elif event.name == "frame" and self.ahead is not None and self._state == "waiting":
            frame = event.data
            if frame["seq"] <= self._seq:
                return
            assert frame["seq"] == self._seq + 1
            departed = sum(max(0, min(to, self.number - 1) - first + 1) for first, to in frame["departed"])
            returned = sum(number < self.number for number in frame["returned"])
            self.ahead += returned - departed - (frame["admitted"] - self._admitted)
            self._seq, self._admitted = frame["seq"], frame["admitted"]
            self.ahead_history.append((self._seq, self.ahead))


async def sse(response: aiohttp.ClientResponse) -> AsyncIterator[SseEvent]:
    received: dict[str, str] = {}
    async for raw in response.content:
        line = raw.decode().rstrip("\n")
        if line:
            name, _, value = line.partition(": ")
            received[name] = value
        elif "event" in received:
            yield SseEvent(received["event"], json.loads(received["data"]), received.get("id"))
            received = {}
        else:
            received = {}


@asynccontextmanager
async def http_session() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), timeout=timeout) as session:
        yield session
