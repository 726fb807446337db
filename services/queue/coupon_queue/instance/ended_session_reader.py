"""Reads which sessions have ended, refuses their tokens from then on, and ends their streams."""

from __future__ import annotations

import asyncio
import time
from typing import cast

from redis.asyncio import Redis

from coupon_queue.background import retry_forever
from coupon_queue.callers.ended_sessions import EndedSessions
from coupon_queue.streams.open_streams import OpenStreams
from salon_contracts.stores.ended_sessions import ENDED_SESSIONS, REMEMBERED_SECONDS, EndedSession
from salon_kit.logs import get_logger

log = get_logger(__name__)

_STEP_SECONDS = 0.25
_AT_ONCE = 1_000
_Answer = list[tuple[str, list[tuple[str, dict[str, str]]]]]


class EndedSessionReader:
    def __init__(self, *, redis: Redis, streams: OpenStreams, ended: EndedSessions) -> None:
        self._redis = redis
        self._streams = streams
        self._ended = ended
        self._last_id: str | None = None
        self.has_begun = False  # before that, tokens of ended sessions would still be taken

    async def run(self) -> None:
        await retry_forever("ended_sessions", self._step)

    async def _step(self) -> None:
        try:
            while await self._read():
                pass
        except Exception:
            self._last_id = None  # whoever answers next may have others, and under smaller ids
            raise
        self.has_begun = True
        await asyncio.sleep(_STEP_SECONDS)

    async def _read(self) -> bool:
        """Whether there may be more."""
        since = self._last_id or f"{int((time.time() - REMEMBERED_SECONDS) * 1000)}-0"
        answer = cast(_Answer, await self._redis.xread({ENDED_SESSIONS: since}, count=_AT_ONCE))
        entries = answer[0][1] if answer else []
        for entry_id, fields in entries:
            self._take_in(fields)
            self._last_id = entry_id
        return len(entries) == _AT_ONCE

    def _take_in(self, fields: dict[str, str]) -> None:
        try:
            session = EndedSession.from_fields(fields)
        except (KeyError, ValueError):
            log.warning("ended_session_unreadable")
            return
        if self._ended.note(str(session.session_id), now=time.monotonic()):
            self._streams.end_session(account_id=session.account_id, session_id=session.session_id)
