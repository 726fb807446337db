"""Signing access tokens and making refresh tokens. Reading access tokens is `api.callers.identity`."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime, timedelta
from functools import cache
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.utils.crypto import salted_hmac

from config.env import env
from salon_contracts.http.access_tokens import ALGORITHM, AUDIENCE, ISSUER

ACCESS_LIFETIME = timedelta(minutes=10)
REFRESH_LIFETIME = timedelta(days=30)


def sign_access_token(
    *, account_id: int, role: str, session_id: UUID | None, now: datetime, lifetime: timedelta = ACCESS_LIFETIME
) -> str:
    """RS256, with the claims of docs/api.md. `sid` names the session that signing out will end."""
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "type": "access",
        "sub": str(account_id),
        "role": role,
        "iat": int(now.timestamp()),
        "exp": int((now + lifetime).timestamp()),
        "jti": uuid4().hex,
    }
    if session_id is not None:
        claims["sid"] = str(session_id)
    return jwt.encode(claims, _private_key(), algorithm=ALGORITHM)


def new_refresh_token() -> str:
    return secrets.token_urlsafe(32)


def new_nonce() -> str:
    return secrets.token_urlsafe(32)


def next_refresh_token(refresh_token: str, *, nonce: str) -> str:
    """The token that follows this one. The same again, for whoever still has the old one and did not get the answer.

    Not to be had from the tables, which hold no token, and not from a token alone.
    """
    mac = salted_hmac("accounts.next_refresh_token", f"{nonce}:{refresh_token}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def digest_of(refresh_token: str) -> str:
    """What is kept of a refresh token. It has 256 random bits, so a plain hash cannot be guessed backwards."""
    return hashlib.sha256(refresh_token.encode(errors="surrogatepass")).hexdigest()


@cache
def _private_key() -> RSAPrivateKey:
    key = load_pem_private_key(env.token_private_key_file.read_bytes(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("MAIN_TOKEN_PRIVATE_KEY_FILE must hold an RSA key")
    return key
