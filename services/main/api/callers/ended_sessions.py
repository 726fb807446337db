"""The sessions that ended before their access tokens do, as this process knows. Every token is held against it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from uuid import UUID

from salon_contracts.stores.ended_sessions import REMEMBERED_SECONDS, EndedSession
from salon_kit.expiring_set import ExpiringSet

OnEnd = Callable[[EndedSession], None]
"""Called in whatever thread learned of it, once for each session."""


class EndedSessions:
    """Any thread may ask and note."""

    def __init__(self) -> None:
        self._ids: ExpiringSet[UUID] = ExpiringSet(seconds=REMEMBERED_SECONDS)
        self._on_end: list[OnEnd] = []

    def __contains__(self, session_id: UUID) -> bool:
        return session_id in self._ids

    def on_end(self, act: OnEnd) -> None:
        self._on_end.append(act)

    def note(self, ended: Iterable[EndedSession]) -> None:
        for session in ended:
            if self._ids.add(session.session_id, now=time.monotonic()):
                for act in self._on_end:
                    act(session)


ended_sessions = EndedSessions()
