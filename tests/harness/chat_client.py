"""One device in chat rooms over a WebSocket: sends with ids, waits for acks, keeps every message it hears."""

from __future__ import annotations

import asyncio
import itertools
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any, TypeVar

import aiohttp

from tests.harness.api_client import TRIES_LATER, WAIT_SECONDS_MAX

T = TypeVar("T")


class ChatRefused(Exception):
    """The socket answered one request with a problem."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(f"{problem.get('code')}: {problem.get('detail')}")
        self.problem = problem

    @property
    def code(self) -> str:
        return str(self.problem.get("code"))

    @property
    def retry_after_seconds(self) -> float | None:
        """None when it is final: it does not say when to come again."""
        seconds = self.problem.get("retry_after_seconds")
        return None if seconds is None else float(seconds)


class ConnectionLost(Exception):
    """The socket went away before the answer came: whether the request was done is unknown."""


class ChatClient:
    """`messages` holds every `message` frame in the order of arrival; `problems` those that answered nothing."""

    def __init__(self, base_url: str, *, token: str, trace_id: str | None = None, origin: str | None = None) -> None:
        self._base_url = base_url.rstrip("/") + "/"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        if trace_id is not None:
            self._headers["X-Request-ID"] = trace_id
        if origin is not None:
            self._headers["Origin"] = origin
        self._ids = itertools.count(1)
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._reader: asyncio.Task[None] | None = None
        self.messages: list[dict[str, Any]] = []
        self.problems: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()
        self.served_by = ""

    async def connect(self) -> None:
        """Raises aiohttp.WSServerHandshakeError when the handshake is refused."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._note_who_served)
        # A session of its own, so that a cut takes this device's connection and nobody else's.
        self._http = aiohttp.ClientSession(
            base_url=self._base_url, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[trace]
        )
        try:
            self._socket = await self._http.ws_connect("ws/v1/chat", headers=self._headers, heartbeat=20)
        except BaseException:
            await self._http.close()
            raise
        self._reader = asyncio.create_task(self._read(), name="chat-client-reader")

    async def _note_who_served(
        self, _session: aiohttp.ClientSession, _context: SimpleNamespace, end: aiohttp.TraceRequestEndParams
    ) -> None:
        self.served_by = end.response.headers.get("X-Served-By", "")

    async def subscribe(self, room_id: str, *, after: str | None) -> dict[str, Any]:
        return await self.ask({"type": "subscribe", "room_id": room_id, "after": after})

    async def subscribe_later_too(self, room_id: str, *, after: str | None) -> dict[str, Any]:
        """As `subscribe`, once more after each "not now", at most TRIES_LATER times."""
        return await _later_too(lambda: self.subscribe(room_id, after=after))

    async def send(self, room_id: str, *, client_message_id: str, text: str) -> str:
        """The cursor from the ack."""
        ack = await self.ask({"type": "send", "room_id": room_id, "client_message_id": client_message_id, "text": text})
        return str(ack["cursor"])

    async def send_later_too(self, room_id: str, *, client_message_id: str, text: str) -> str:
        """As `send`, once more after each "not now" or "too fast", at most TRIES_LATER times.

        The id makes further tries safe.
        """
        return await _later_too(lambda: self.send(room_id, client_message_id=client_message_id, text=text))

    async def ask(self, frame: dict[str, Any], *, within_seconds: float = 20.0) -> dict[str, Any]:
        """Send one request and return the frame that replies to it. Raises ChatRefused, ConnectionLost."""
        number = next(self._ids)
        reply = asyncio.get_running_loop().create_future()
        self._replies[number] = reply
        try:
            await self._socket.send_str(json.dumps({**frame, "id": number}))
            # Not wait_for: of Python 3.11 it loses a cancellation that comes when the answer does.
            async with asyncio.timeout(within_seconds):
                answer: dict[str, Any] = await reply
        except (ConnectionError, aiohttp.ClientError) as error:
            raise ConnectionLost from error
        finally:
            self._replies.pop(number, None)
        if answer["type"] == "problem":
            raise ChatRefused(answer["problem"])
        return answer

    async def send_raw(self, text: str) -> None:
        await self._socket.send_str(text)

    async def wait_for_anything(self, *, seconds: float) -> None:
        """Until anything arrives or the connection ends."""
        self._arrived.clear()
        async with asyncio.timeout(seconds):
            await self._arrived.wait()

    async def _read(self) -> None:
        async for raw in self._socket:
            if raw.type is not aiohttp.WSMsgType.TEXT:
                break
            self._take(json.loads(raw.data))
            self._arrived.set()
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(ConnectionLost())
        self._arrived.set()

    def _take(self, frame: dict[str, Any]) -> None:
        reply = self._replies.get(frame.get("reply_to") or 0)
        if frame["type"] == "message":
            self.messages.append(frame)
        elif reply is not None and not reply.done():
            reply.set_result(frame)
        elif frame["type"] == "problem":
            self.problems.append(frame["problem"])

    @property
    def closed(self) -> bool:
        return self._socket.closed

    @property
    def close_code(self) -> int | None:
        return self._socket.close_code

    async def close(self) -> None:
        """Say goodbye and go."""
        await self._socket.close()
        await self._finish()

    async def cut(self) -> None:
        """Break the connection with a reset: no goodbye, and what was under way is lost, as in a tunnel."""
        line = self._socket.get_extra_info("socket")
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        await self._finish()  # closes the connection under the socket: with no lingering, that is a reset

    async def _finish(self) -> None:
        await self._http.close()
        if self._reader is not None:
            await asyncio.wait([self._reader], timeout=5)
            self._reader.cancel()


async def _later_too(ask: Callable[[], Awaitable[T]]) -> T:
    for _ in range(TRIES_LATER):
        try:
            return await ask()
        except ChatRefused as refusal:
            if refusal.retry_after_seconds is None:
                raise
            await asyncio.sleep(min(refusal.retry_after_seconds, WAIT_SECONDS_MAX))
    return await ask()
