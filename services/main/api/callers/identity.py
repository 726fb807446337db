"""Who is asking, from nothing but a signed access token. The same for HTTP and for the WebSocket."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, cast
from uuid import UUID

import jwt
from jwt.types import Options

from api.callers.ended_sessions import ended_sessions
from api.callers.token_keys import token_keys
from salon_contracts.http.access_tokens import (
    ALGORITHM,
    BYTES_MAX,
    COOKIE,
    Bearer,
    bearer_in,
    insist_on_known_header,
    insist_on_same_account,
    json_object_in,
    segment_of,
)
from salon_contracts.http.problem import InvalidToken, NotSignedIn

ACCESS_COOKIE = COOKIE

Role = Literal["customer", "groomer", "operator"]
_ROLES = ("customer", "groomer", "operator")
# Header and claims are read by salon_contracts.http.access_tokens, for main as for queue.
_SIGNATURE_ONLY: Options = {
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


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


@dataclass(frozen=True)
class Presented:
    """What a request or a handshake says of who is asking: a token, and on whose behalf the page acts."""

    authorization: str | None
    cookie_token: str | None
    on_behalf_of: str | None = None
    """The header Salon-Account. The query parameter `account` says the same where no header can be set."""
    query_string: str = ""


def identify(presented: Presented) -> Identity:
    """Read the `Authorization` header, or else the value of the `salon_access` cookie.

    Raises:
        NotSignedIn: neither was given.
        InvalidToken: expired, ended, not signed by us, or not an access token.
        SignedInAsAnother: the page acts for somebody else.
    """
    token = _bearer_token(presented.authorization) if presented.authorization else presented.cookie_token
    if not token:
        raise NotSignedIn
    bearer = _verified(token)
    if bearer.role not in _ROLES:
        raise InvalidToken
    session_id = UUID(bearer.session_id) if bearer.session_id else None
    if session_id is not None and session_id in ended_sessions:
        raise InvalidToken
    insist_on_same_account(bearer.account_id, header=presented.on_behalf_of, query_string=presented.query_string)
    return Identity(
        account_id=bearer.account_id,
        role=cast(Role, bearer.role),
        expires_at=datetime.fromtimestamp(bearer.expires_at, UTC),
        session_id=session_id,
    )


def _verified(token: str) -> Bearer:
    if len(token) > BYTES_MAX:
        raise InvalidToken
    try:
        header, claims = (json_object_in(segment_of(written)) for written in token.encode("ascii").split(b".")[:2])
        segment_of(token.rpartition(".")[2].encode("ascii"))
        insist_on_known_header(header)
        _insist_on_signature(token, key_id=header.get("kid"))
    except (jwt.PyJWTError, ValueError, OverflowError, RecursionError) as error:
        raise InvalidToken from error
    return bearer_in(claims, now=time.time())


def _insist_on_signature(token: str, *, key_id: str | None) -> None:
    """By any of our keys, or by the one that the token names. Raises InvalidToken, or what PyJWT raises."""
    for key in token_keys.reading.named(key_id):
        with suppress(jwt.InvalidSignatureError):
            jwt.decode_complete(token, key, algorithms=[ALGORITHM], options=_SIGNATURE_ONLY)
            return
    raise InvalidToken


def _bearer_token(authorization: str) -> str:
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise InvalidToken
    return token.strip()
