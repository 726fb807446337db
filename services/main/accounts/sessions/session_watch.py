"""Owned by `serve`: hears of sessions that end anywhere, tells what Redis does not know, and clears what is over.

MySQL is the truth. The stream on Redis is quick, and may be away or lose entries; so each main also looks into MySQL,
every second, and publishes again what the stream has not. A session that was ended while Redis was away ends here
within a second, and at queue as soon as Redis is back.
"""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from django.db import DatabaseError, connection
from django.utils import timezone
from redis.exceptions import RedisError

from accounts.queries import sessions_ended_since
from accounts.second_factor.services import reseal_all
from accounts.sessions.clearing import clear_what_is_over
from accounts.sessions.ended_stream import EndedStream, publish
from api.callers.ended_sessions import ended_sessions
from salon_contracts.stores.ended_sessions import REMEMBERED_SECONDS
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.background import OnDeath
from serving.redis import shared_redis

log = get_logger(__name__)

STEP_SECONDS = 0.25
COMPARE_SECONDS = 1.0
WHOLE_COMPARE_SECONDS = 60.0
CLEAR_SECONDS = 600.0
# Between a moment that goes into a row and the commit that shows it.
COMMIT_SECONDS = 30.0


class SessionWatch:
    def __init__(self, *, on_death: OnDeath) -> None:
        self._on_death = on_death
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="session-watch", daemon=True)
        self._stream = EndedStream()
        self._compare_at = self._whole_at = 0.0
        self._clear_at = time.monotonic() + CLEAR_SECONDS / 10

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(timeout=3)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self.step()
                self._stopping.wait(STEP_SECONDS)
        except Exception:
            log.exception("session_watch_died")
            self._on_death("session-watch")
        finally:
            connection.close()

    def step(self) -> None:
        """What waits for a server that is away waits for the next step."""
        try:
            ended_sessions.note(self._stream.read(shared_redis()))
        except RedisError as error:
            outage(log.warning, "session_watch_without_redis", reason=type(error).__name__)
            self._stream.begin_again()
        try:
            self._work_on_mysql()
        except DatabaseError as error:
            outage(log.warning, "session_watch_without_mysql", reason=str(error.args[:1]))
            connection.close()

    def _work_on_mysql(self) -> None:
        now = time.monotonic()
        if now >= self._compare_at:
            connection.close_if_unusable_or_obsolete()
            self._compare()
            self._compare_at = now + COMPARE_SECONDS
        if now >= self._clear_at:
            clear_what_is_over(now=timezone.now())
            reseal_all()
            self._clear_at = now + CLEAR_SECONDS

    def _compare(self) -> None:
        """Note what MySQL knows, and publish what the stream does not."""
        is_whole = time.monotonic() >= self._whole_at
        lately = COMMIT_SECONDS + COMPARE_SECONDS
        try:
            redis = shared_redis()
            is_whole = self._stream.notice_loss(redis) or is_whole
        except RedisError:
            redis, is_whole = None, True
        since = timezone.now() - timedelta(seconds=REMEMBERED_SECONDS if is_whole else lately)
        ended = sessions_ended_since(since)
        ended_sessions.note(ended)
        if redis is None:
            return
        try:
            if is_whole:
                self._stream.begin_again()
                ended_sessions.note(self._stream.read(redis))
                self._whole_at = time.monotonic() + WHOLE_COMPARE_SECONDS
            publish(redis, [session for session in ended if not self._stream.has(session)])
        except RedisError as error:
            outage(log.warning, "ended_sessions_unpublished", reason=type(error).__name__)
            self._whole_at = 0.0
