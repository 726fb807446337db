"""Reads which sessions have ended, refuses their tokens from then on, and ends their streams."""

from __future__ import annotations

import asyncio
import time

from redis.asyncio import Redis

from coupon_queue.background import retry_forever
from coupon_queue.callers.ended_sessions import EndedSessions
from coupon_queue.streams.open_streams import OpenStreams
from salon_contracts.stores.ended_sessions import ENDED_SESSIONS, REMEMBERED_SECONDS, EndedSession
from salon_kit.redis.recent_entries import RecentEntries

_STEP_SECONDS = 0.25


class EndedSessionReader:
    def __init__(self, *, redis: Redis, streams: OpenStreams, ended: EndedSessions) -> None:
        self._redis = redis
        self._streams = streams
        self._ended = ended
        self._entries = RecentEntries(
            ENDED_SESSIONS, remembered_seconds=REMEMBERED_SECONDS, parse=EndedSession.from_fields
        )
        self.has_begun = False  # before that, tokens of ended sessions would still be taken

    async def run(self) -> None:
        await retry_forever("ended_sessions", self._step)

    async def _step(self) -> None:
        for session in await self._entries.read_async(self._redis):
            if self._ended.note(str(session.session_id), now=time.monotonic()):
                self._streams.end_session(account_id=session.account_id, session_id=session.session_id)
        self.has_begun = True
        await asyncio.sleep(_STEP_SECONDS)
