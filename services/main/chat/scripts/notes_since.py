"""Wrapper of notes_since.lua."""

from __future__ import annotations

from typing import NamedTuple

from redis.asyncio import Redis

from chat.scripts.begin_send import KEEP_MS
from salon_kit.redis.script import Script

_SCRIPT = Script.beside(__file__)

# Not in a hash tag with the notes: it speaks for all of them. Once it is gone the age of the notes is counted anew.
KEY = "chat:notes-since"
KEEP_AGE_MS = 2 * KEEP_MS
# A note that is nearly too old may be gone by the time that it is asked for.
SAFELY_KEPT_MS = KEEP_MS - 60 * 60 * 1000


class NotesSince(NamedTuple):
    """In milliseconds of Unix time, by Redis' clock. No note of a message that was sent since `since_ms` is missing."""

    since_ms: int
    now_ms: int

    @property
    def complete_from_ms(self) -> int:
        return max(self.since_ms, self.now_ms - SAFELY_KEPT_MS)


async def notes_since(redis: Redis) -> NotesSince:
    """Ask after a note was looked for: a loss of notes in between then shows."""
    since, now = await _SCRIPT(redis, keys=[KEY], args=[KEEP_AGE_MS])
    return NotesSince(int(since), int(now))
