"""The sessions that ended before their tokens do, as this instance knows them."""

from __future__ import annotations

from collections import OrderedDict

from salon_contracts.http.problem import InvalidToken
from salon_contracts.stores.ended_sessions import REMEMBERED_SECONDS


class EndedSessions:
    """Bounded by time: an entry is of no use when the last token of its session has run out."""

    def __init__(self) -> None:
        self._forget_at: OrderedDict[str, float] = OrderedDict()

    def note(self, session_id: str, *, now: float) -> bool:
        """Whether this is new. `now` is a monotonic clock's seconds."""
        is_new = session_id not in self._forget_at
        self._forget_at[session_id] = now + REMEMBERED_SECONDS
        self._forget_at.move_to_end(session_id)
        while self._forget_at and next(iter(self._forget_at.values())) <= now:
            self._forget_at.popitem(last=False)
        return is_new

    def refuse(self, session_id: str | None) -> None:
        """Raises InvalidToken for a token of a session that has ended."""
        if session_id is not None and session_id in self._forget_at:
            raise InvalidToken
