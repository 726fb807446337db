"""The sessions that ended before their access tokens do, as this process knows. Every token is held against it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from uuid import UUID

from salon_contracts.stores.ended_sessions import REMEMBERED_SECONDS, EndedSession

OnEnd = Callable[[EndedSession], None]
"""Called in whatever thread learned of it, once for each session."""


class EndedSessions:
    """Any thread may ask and note."""

    def __init__(self) -> None:
        self._forget_at: dict[UUID, float] = {}
        self._lock = threading.Lock()
        self._on_end: list[OnEnd] = []

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._forget_at

    def on_end(self, act: OnEnd) -> None:
        self._on_end.append(act)

    def note(self, ended: Iterable[EndedSession]) -> None:
        for session in ended:
            with self._lock:
                is_new = session.session_id not in self._forget_at
                self._forget_at[session.session_id] = time.monotonic() + REMEMBERED_SECONDS
            if is_new:
                for act in self._on_end:
                    act(session)

    def forget_old(self) -> None:
        """Of tokens that have all run out meanwhile."""
        now = time.monotonic()
        with self._lock:
            self._forget_at = {session_id: at for session_id, at in self._forget_at.items() if at > now}


ended_sessions = EndedSessions()
