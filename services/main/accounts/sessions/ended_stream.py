"""Telling every process that sessions have ended: salon_contracts.ended_sessions, on Redis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from redis import Redis
from redis.exceptions import RedisError, ResponseError

from api.callers.ended_sessions import ended_sessions
from salon_contracts.stores.ended_sessions import ENDED_SESSIONS, REMEMBERED_SECONDS, EndedSession
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from salon_kit.redis.recent_entries import RecentEntries, id_at
from serving.redis import shared_redis

log = get_logger(__name__)

_AT_ONCE = 1_000


def after_commit(ended: Sequence[EndedSession]) -> None:
    """What ended is told here at once, and to the others. If Redis is away, SessionWatch tells it later."""
    ended_sessions.note(ended)
    try:
        publish(shared_redis(), ended)
    except RedisError as error:
        outage(log.warning, "ended_sessions_unpublished", sessions=len(ended), reason=type(error).__name__)


def publish(redis: Redis, ended: Sequence[EndedSession]) -> None:
    """Raises RedisError. Telling twice does no harm."""
    oldest = id_at(REMEMBERED_SECONDS)
    for start in range(0, len(ended), _AT_ONCE):
        pipeline = redis.pipeline(transaction=False)
        for session in ended[start : start + _AT_ONCE]:
            fields: dict[Any, Any] = {**session.fields()}
            pipeline.xadd(ENDED_SESSIONS, fields, minid=oldest, approximate=True)
        pipeline.expire(ENDED_SESSIONS, 2 * REMEMBERED_SECONDS)
        pipeline.execute()


class EndedStream:
    """Reads on from where it was. Knows what stands in the stream, and notices when Redis has lost it."""

    def __init__(self) -> None:
        self._entries = RecentEntries(
            ENDED_SESSIONS, remembered_seconds=REMEMBERED_SECONDS, parse=EndedSession.from_fields
        )
        self._entries_added = 0
        self._known: set[UUID] = set()

    def begin_again(self) -> None:
        """Read all that is remembered."""
        self._entries.begin_again()
        self._known.clear()

    def has(self, session: EndedSession) -> bool:
        return session.session_id in self._known

    def read(self, redis: Redis) -> list[EndedSession]:
        """What was added since the last time. Raises RedisError."""
        found = self._entries.read(redis)
        self._known.update(session.session_id for session in found)
        return found

    def notice_loss(self, redis: Redis) -> bool:
        """Whether the stream has fewer entries than it once had: emptied, or a replica without the last took over."""
        try:
            entries_added = int(redis.xinfo_stream(ENDED_SESSIONS).get("entries-added", 0))
        except ResponseError:  # there is none
            entries_added = 0
        is_lost, self._entries_added = entries_added < self._entries_added, entries_added
        return is_lost
