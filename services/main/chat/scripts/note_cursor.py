"""Wrapper of note_cursor.lua."""

from __future__ import annotations

from redis.asyncio import Redis

from chat.scripts.begin_send import KEEP_MS, marker_key
from salon_contracts.events.chat import Cursor
from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__)


async def note_cursor(redis: Redis, *, sender_id: int, name: str, digest: str, cursor: Cursor) -> None:
    """The message is acknowledged: the same name with the same words gets this cursor from now on."""
    marker = marker_key(sender_id=sender_id, name=name)
    await _SCRIPT(redis, keys=[marker], args=[str(cursor), digest, KEEP_MS])
