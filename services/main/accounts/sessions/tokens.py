"""Signing access tokens and making refresh tokens. Reading access tokens is `api.callers.identity`."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.sessions.standing import Standing
from api.callers.token_keys import token_keys
from salon_contracts.http.access_tokens import ALGORITHM, AUDIENCE, ISSUER

ACCESS_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=30)


def sign_access_token(
    *,
    account_id: int,
    role: str,
    session_id: UUID | None,
    now: datetime,
    standing: Standing | None = None,
    lifetime: timedelta = ACCESS_LIFETIME,
) -> str:
    """RS256, with the claims of docs/api.md. `sid` names the session that signing out will end.

    What is nobody else's stands last: nginx tells credentials apart by the end of what is signed.
    """
    claims: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "type": "access",
        "sub": str(account_id),
        "role": role,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
    }
    if standing is not None:
        claims |= standing.claims()
    claims["jti"] = uuid4().hex
    if session_id is not None:
        claims["sid"] = str(session_id)
    signing = token_keys.signing
    return jwt.encode(claims, signing.key, algorithm=ALGORITHM, headers={"kid": signing.id})


def new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def new_nonce() -> str:
    return secrets.token_urlsafe(32)


def next_refresh_token(refresh_token: str, *, nonce: str) -> str:
    """The token that follows this one. The same again, for whoever still has the old one and did not get the answer.

    Not to be had from the tables, which hold no token, and not from a token alone.
    """
    return _following(refresh_token, nonce=nonce, key=settings.SECRET_KEY)


def possible_next_refresh_tokens(refresh_token: str, *, nonce: str) -> list[str]:
    """Any that some instance may have answered with: while Django's key is exchanged, not all sign with the same."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_following(refresh_token, nonce=nonce, key=key) for key in keys]


def _following(refresh_token: str, *, nonce: str, key: str) -> str:
    value = f"{nonce}:{refresh_token}"
    mac = salted_hmac("accounts.next_refresh_token", value, secret=key, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def digest_of(refresh_token: str) -> str:
    """What is kept of a refresh token. It has 256 random bits, so a plain hash cannot be guessed backwards."""
    return hashlib.sha256(refresh_token.encode(errors="surrogatepass")).hexdigest()
