"""What this process signs and what it verifies: main's access tokens, and its own tickets."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import struct
from typing import NamedTuple
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from coupon_queue.errors import InvalidTicket
from salon_contracts.problem import InvalidToken

ISSUER = "daengdaeng-main"
AUDIENCE = "daengdaeng"


class Account(NamedTuple):
    id: int
    role: str


class AccessTokens:
    """Verifies main's tokens with its public key, without asking main."""

    def __init__(self, *, public_key_pem: bytes) -> None:
        # Parsed once: handing PyJWT the PEM text would parse it for every request.
        key = load_pem_public_key(public_key_pem)
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the token key has to be an RSA public key")
        self._key = key

    def verify(self, token: str) -> Account:
        """Raises InvalidToken: expired, foreign, of another type, or not a token at all."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["RS256"],
                audience=AUDIENCE,
                issuer=ISSUER,
                # A token from the future shows only that two clocks differ; how long it is good is `exp`'s to say.
                options={"require": ["exp", "iat", "sub", "jti"], "verify_iat": False},
            )
            if claims.get("type") != "access":
                raise InvalidToken
            return Account(id=int(claims["sub"]), role=str(claims.get("role", "customer")))
        except (jwt.InvalidTokenError, ValueError) as error:
            raise InvalidToken from error


class Tickets:
    """Signs and reads tickets: proof of a number that outlives Redis.

    Layout: base64url of version (1 byte), event (16), account (8), number (8), HMAC-SHA256 (32).
    """

    _LAYOUT = struct.Struct(">B16sQQ")
    _VERSION = 1

    def __init__(self, *, key: bytes) -> None:
        if len(key) < 16:
            raise ValueError("the ticket key has to have at least 16 bytes")
        self._key = key

    def sign(self, *, event_id: UUID, account_id: int, number: int) -> str:
        payload = self._LAYOUT.pack(self._VERSION, event_id.bytes, account_id, number)
        return base64.urlsafe_b64encode(payload + self._mac(payload)).rstrip(b"=").decode()

    def number_of(self, ticket: str, *, event_id: UUID, account_id: int) -> int:
        """Raises InvalidTicket unless we signed it for this account and this event."""
        try:
            raw = base64.urlsafe_b64decode(ticket.encode("ascii") + b"=" * (-len(ticket) % 4))
        except (UnicodeEncodeError, binascii.Error, ValueError) as error:
            raise InvalidTicket from error
        payload, mac = raw[: self._LAYOUT.size], raw[self._LAYOUT.size :]
        if not hmac.compare_digest(mac, self._mac(payload)):
            raise InvalidTicket
        version, event, account, number = self._LAYOUT.unpack(payload)
        if (version, event, account) != (self._VERSION, event_id.bytes, account_id):
            raise InvalidTicket
        return int(number)

    def _mac(self, payload: bytes) -> bytes:
        return hmac.digest(self._key, payload, hashlib.sha256)
