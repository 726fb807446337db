"""Ending one's own sessions. Their sockets and streams close within seconds."""

from __future__ import annotations

from uuid import UUID

from accounts.models import Session
from api.callers.acting import By
from salon_contracts.http.problem import NotFound
from salon_kit.logs import get_logger

log = get_logger(__name__)


def end_my_session(*, session_id: UUID, by: By) -> None:
    """Raises NotFound: none of mine, or over already."""
    if not Session.objects.filter(pk=session_id, account_id=by.account_id).end(now=by.now):
        raise NotFound
    log.info("session_ended_by_owner", account_id=by.account_id)


def end_my_other_sessions(*, but: UUID | None, by: By) -> int:
    ended = Session.objects.filter(account_id=by.account_id).but(but).end(now=by.now)
    log.info("other_sessions_ended", account_id=by.account_id, sessions=ended)
    return ended
