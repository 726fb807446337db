"""The sessions that ended before their tokens do, as this instance knows them."""

from __future__ import annotations

from salon_contracts.http.problem import InvalidToken
from salon_contracts.stores.ended_sessions import REMEMBERED_SECONDS
from salon_kit.expiring_set import ExpiringSet


class EndedSessions:
    """Bounded by time: an entry is of no use when the last token of its session has run out."""

    def __init__(self) -> None:
        self._ids: ExpiringSet[str] = ExpiringSet(seconds=REMEMBERED_SECONDS)

    def note(self, session_id: str, *, now: float) -> bool:
        """Whether this is new. `now` is a monotonic clock's seconds."""
        return self._ids.add(session_id, now=now)

    def refuse(self, session_id: str | None) -> None:
        """Raises InvalidToken for a token of a session that has ended."""
        if session_id is not None and session_id in self._ids:
            raise InvalidToken
