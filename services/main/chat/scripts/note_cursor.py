"""Wrapper of note_cursor.lua."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from chat.scripts.begin_send import marker_key
from salon_contracts.chat import Cursor

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


async def note_cursor(redis: Redis, *, sender_id: int, name: str, cursor: Cursor) -> None:
    """The message is acknowledged: the same name gets this cursor from now on."""
    await _note(redis, marker_key(sender_id=sender_id, name=name), cursor, sure="1")


async def note_cursor_of_only_try(redis: Redis, *, sender_id: int, name: str, cursor: Cursor) -> bool:
    """The same, unless the name was tried again meanwhile. False then: the log must say which try came first."""
    return await _note(redis, marker_key(sender_id=sender_id, name=name), cursor, sure="0")


async def _note(redis: Redis, marker: str, cursor: Cursor, *, sure: str) -> bool:
    return await cast(Awaitable[int], redis.eval(_SCRIPT, 1, marker, str(cursor), sure)) == 1
