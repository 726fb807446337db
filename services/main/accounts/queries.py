"""Reading accounts."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Account, RefreshToken, Session
from accounts.sessions.tokens import digest_of
from salon_contracts.http.problem import InvalidToken
from salon_contracts.stores.ended_sessions import EndedSession


def active_account(*, account_id: int) -> Account:
    """Raises InvalidToken: a token may outlive its account by some minutes."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise InvalidToken
    return account


def sessions_ended_since(moment: datetime) -> list[EndedSession]:
    found = Session.objects.filter(ended_at__gt=moment).values_list("pk", "account_id")
    return [EndedSession(session_id=session_id, account_id=account_id) for session_id, account_id in found]


def account_of_refresh_token(refresh_token: str) -> int | None:
    """Whoever got it, whether or not it is still good."""
    found = RefreshToken.objects.filter(digest=digest_of(refresh_token)).values_list("session__account_id", flat=True)
    return found.first()
