"""Wrapper of note_cursor.lua."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import cast

from redis.asyncio import Redis

from chat.scripts.begin_send import KEEP_MS, marker_key
from salon_contracts.events.chat import Cursor

_SCRIPT = Path(__file__).with_suffix(".lua").read_text()


async def note_cursor(redis: Redis, *, sender_id: int, name: str, digest: str, cursor: Cursor) -> None:
    """The message is acknowledged: the same name with the same words gets this cursor from now on."""
    marker = marker_key(sender_id=sender_id, name=name)
    await cast(Awaitable[int], redis.eval(_SCRIPT, 1, marker, str(cursor), digest, str(KEEP_MS)))
