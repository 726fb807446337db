"""Reads a stream of which only the latest matters: first all that is remembered, then what is added, as it comes.

For news that every process wants to hear, and nobody has to confirm.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import redis
import redis.asyncio

from salon_kit.logs import get_logger

log = get_logger(__name__)

AT_ONCE = 1_000

T = TypeVar("T")


def id_at(seconds_ago: float) -> str:
    """The id of an entry of so long ago: what is older than it has a smaller one."""
    return f"{int((time.time() - seconds_ago) * 1000)}-0"


class RecentEntries(Generic[T]):
    """One reader's place in a stream. After any error it begins again: whoever answers next may have other entries, and
    under smaller ids. So the same entry may come more than once.

    `parse` raises KeyError or ValueError for what is no entry of ours; it is logged and passed over.
    """

    def __init__(
        self, stream: str, *, remembered_seconds: float, parse: Callable[[Mapping[str, str]], T], at_once: int = AT_ONCE
    ) -> None:
        self._stream = stream
        self._remembered_seconds = remembered_seconds
        self._parse = parse
        self._at_once = at_once
        self._last_id: str | None = None

    def begin_again(self) -> None:
        """Read all that is remembered, once more."""
        self._last_id = None

    def read(self, redis: redis.Redis) -> list[T]:
        """What was added since the last time. Raises RedisError."""
        found: list[T] = []
        try:
            while self._take(redis.xread({self._stream: self._since()}, count=self._at_once), found):
                pass
        except Exception:
            self.begin_again()
            raise
        return found

    async def read_async(self, redis: redis.asyncio.Redis) -> list[T]:
        """As `read`, for an event loop."""
        found: list[T] = []
        try:
            while self._take(await redis.xread({self._stream: self._since()}, count=self._at_once), found):
                pass
        except Exception:
            self.begin_again()
            raise
        return found

    def _since(self) -> str:
        return self._last_id or id_at(self._remembered_seconds)

    def _take(self, answer: Any, found: list[T]) -> bool:
        """Whether there may be more."""
        entries = answer[0][1] if answer else []
        for entry_id, fields in entries:
            self._last_id = entry_id
            try:
                found.append(self._parse(fields))
            except (KeyError, ValueError):
                log.warning("stream_entry_unreadable", stream=self._stream, entry_id=entry_id)
        return len(entries) == self._at_once
