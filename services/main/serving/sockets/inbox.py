"""What a socket has received and its consumer has not taken yet. It says when it is full instead of growing."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any

MAX_FRAMES = 16
MAX_BYTES = 32 * 1024


class Inbox:
    """The queue between Daphne and a consumer, with Daphne's `put_nowait` and the consumer's `get`.

    It takes whatever it is given: whoever puts frames asks `is_full` before the next one and waits for `on_room`.
    """

    def __init__(self, *, on_room: Callable[[], None]) -> None:
        self._on_room = on_room
        self._messages: deque[dict[str, Any]] = deque()
        self._arrived = asyncio.Event()
        self._pause: asyncio.TimerHandle | None = None
        self._has_ended = False
        self.waiting_bytes = 0

    @property
    def waiting_frames(self) -> int:
        return len(self._messages)

    @property
    def is_full(self) -> bool:
        return self._pause is not None or len(self._messages) >= MAX_FRAMES or self.waiting_bytes >= MAX_BYTES

    def pause(self, seconds: float) -> None:
        """Give nothing out and be full for so long, or until the connection has ended."""
        if self._has_ended:
            return
        if self._pause is not None:
            self._pause.cancel()
        self._pause = asyncio.get_running_loop().call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
        self._arrived.set()
        asyncio.get_running_loop().call_soon(self._on_room)

    def put_nowait(self, message: dict[str, Any]) -> None:
        self._messages.append(message)
        self.waiting_bytes += _size(message)
        self._arrived.set()
        if message["type"] == "websocket.disconnect":
            self._has_ended = True
            self._go_on()

    async def get(self) -> dict[str, Any]:
        while self._pause is not None or not self._messages:
            self._arrived.clear()
            await self._arrived.wait()
        was_full = self.is_full
        message = self._messages.popleft()
        self.waiting_bytes -= _size(message)
        if was_full and not self.is_full:
            asyncio.get_running_loop().call_soon(self._on_room)
        return message

    def drop_frames(self) -> None:
        """Forget what was received; that the connection began or ended is still told."""
        self._messages = deque(one for one in self._messages if one["type"] != "websocket.receive")
        self.waiting_bytes = 0


def _size(message: dict[str, Any]) -> int:
    return len(message.get("text") or message.get("bytes") or b"")
