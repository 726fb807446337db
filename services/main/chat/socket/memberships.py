"""In which rooms the account of one socket may talk: MySQL is asked again after a while, not for each frame."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import NamedTuple

from chat.errors import RoomNotFound
from chat.rooms.queries import beginning_of
from chat.socket.process import chat

GOOD_FOR_SECONDS = 30.0
MAX_KNOWN = 1_000


class _Membership(NamedTuple):
    room_began: datetime
    checked_at: float


class Memberships:
    def __init__(self) -> None:
        self._of_rooms: dict[str, _Membership] = {}

    async def beginning_of(self, room_id: str, *, account_id: int) -> datetime:
        """When the room began. Raises RoomNotFound, also for a room of others."""
        known = self._of_rooms.get(room_id)
        if known is not None and time.monotonic() - known.checked_at < GOOD_FOR_SECONDS:
            return known.room_began
        loop = asyncio.get_running_loop()
        began = await loop.run_in_executor(chat().threads, lambda: beginning_of(room_id=room_id, account_id=account_id))
        if began is None:
            raise RoomNotFound
        if len(self._of_rooms) >= MAX_KNOWN:
            self._of_rooms.clear()
        self._of_rooms[room_id] = _Membership(began, time.monotonic())
        return began
