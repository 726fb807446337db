"""nginx tells credentials apart by the end of what is signed in a token: each session, and each token without one."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from accounts.sessions.standing import Standing
from accounts.sessions.tokens import sign_access_token

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
CALLERS = Path(__file__).parents[4] / "deploy/nginx/callers.conf.template"
# People of whom everything but their id is the same.
STANDINGS = (
    None,
    Standing(NOW, email_confirmed=True, has_dog=False),
    Standing(NOW, email_confirmed=False, has_dog=True),
)


def credential_of(token: str) -> str:
    """By nginx's own expression."""
    [expression] = re.findall(r'"~\*(\^bearer.*?)"\s+\$bearers;', CALLERS.read_text(encoding="utf-8"))
    found = re.match(expression.replace("(?<", "(?P<"), f"Bearer {token}", re.IGNORECASE)
    assert found is not None
    return found["bearers"]


def signed(account_id: int, session_id: UUID | None, standing: Standing | None, now: datetime = NOW) -> str:
    return sign_access_token(account_id=account_id, role="customer", session_id=session_id, now=now, standing=standing)


def test_no_two_tokens_without_a_session_are_one_credential() -> None:
    for standing in STANDINGS:
        tokens = [signed(account_id, None, standing) for account_id in range(1000, 1100)]

        assert len({credential_of(token) for token in tokens}) == len(tokens)


def test_no_two_sessions_are_one_credential() -> None:
    for standing in STANDINGS:
        tokens = [signed(7, uuid4(), standing) for _ in range(100)]

        assert len({credential_of(token) for token in tokens}) == len(tokens)


def test_a_session_goes_on_being_the_same_credential_with_each_token() -> None:
    session_id = uuid4()
    for standing in STANDINGS:
        tokens = [signed(7, session_id, standing, NOW + timedelta(minutes=9 * n)) for n in range(10)]

        assert len({credential_of(token) for token in tokens}) == 1
