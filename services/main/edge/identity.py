"""Who is asking, from nothing but a signed access token. The same for HTTP and for the WebSocket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Literal, cast
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from config.env import env
from salon_contracts.problem import InvalidToken, NotSignedIn

ISSUER = "daengdaeng-main"
AUDIENCE = "daengdaeng"
ACCESS_COOKIE = "salon_access"

Role = Literal["customer", "groomer", "operator"]


@dataclass(frozen=True)
class Identity:
    """A signed-in account, as its token says. It stands for the user in DRF, without asking the database."""

    account_id: int
    role: Role
    expires_at: datetime
    session_id: UUID | None = None

    @property
    def pk(self) -> int:
        return self.account_id

    @property
    def id(self) -> int:
        return self.account_id

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return True


def identify(*, authorization: str | None, cookie_token: str | None) -> Identity:
    """Read the `Authorization` header, or else the value of the `salon_access` cookie.

    Raises:
        NotSignedIn: neither was given.
        InvalidToken: expired, not signed by us, or not an access token.
    """
    token = _bearer(authorization) if authorization else cookie_token
    if not token:
        raise NotSignedIn
    try:
        claims = jwt.decode(
            token,
            _public_key(),
            algorithms=["RS256"],
            audience=AUDIENCE,
            issuer=ISSUER,
            options={"require": ["exp", "iat", "sub", "jti"]},
        )
        if claims.get("type") != "access" or claims.get("role") not in ("customer", "groomer", "operator"):
            raise InvalidToken
        return Identity(
            account_id=int(claims["sub"]),
            role=cast(Role, claims["role"]),
            expires_at=datetime.fromtimestamp(claims["exp"], UTC),
            session_id=UUID(claims["sid"]) if "sid" in claims else None,
        )
    except (jwt.InvalidTokenError, ValueError) as error:
        raise InvalidToken from error


def _bearer(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken
    return token.strip()


@cache
def _public_key() -> RSAPublicKey:
    key = load_pem_public_key(env.token_public_key_file.read_bytes())
    if not isinstance(key, RSAPublicKey):
        raise TypeError("MAIN_TOKEN_PUBLIC_KEY_FILE must hold an RSA key")
    return key
