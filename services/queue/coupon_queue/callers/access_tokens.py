"""Reading main's access tokens (RS256) with its public key, without asking main.

Not PyJWT: where everybody joins at once it took 69 µs for each token, 23 of them RSA, and this takes little more than
RSA itself. It is strict where PyJWT has options, and understands nothing but what main signs;
tests/callers/test_access_tokens.py holds it against PyJWT.
"""

from __future__ import annotations

import math
import time
from typing import Any

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from salon_contracts.http.access_tokens import BYTES_MAX, Bearer, bearer_in, insist_on_known_header, segment_of
from salon_contracts.http.problem import InvalidToken

_PADDING, _HASH = PKCS1v15(), SHA256()


class AccessTokens:
    def __init__(self, *, public_key_pem: bytes) -> None:
        key = load_pem_public_key(public_key_pem)
        if not isinstance(key, RSAPublicKey):
            raise TypeError("the token key has to be an RSA public key")
        self._key = key
        self._header_seen = b""  # main writes the same header into every token

    def verify(self, token: str) -> Bearer:
        """Raises InvalidToken: expired, foreign, of another type, or not a token at all."""
        if len(token) > BYTES_MAX:
            raise InvalidToken
        try:
            signed, signature = token.encode("ascii").rsplit(b".", 1)
            header, payload = signed.split(b".")
            self._insist_on_algorithm(header)
            self._key.verify(segment_of(signature), signed, _PADDING, _HASH)
            # An `iat` from the future shows only that two clocks differ: no place is lost over that (F10).
            return bearer_in(_object_in(payload), now=time.time(), leeway_of_iat=math.inf)
        except (ValueError, InvalidSignature) as error:  # what is not ASCII, base64 or JSON is a ValueError too
            raise InvalidToken from error

    def _insist_on_algorithm(self, header: bytes) -> None:
        """Raises ValueError or InvalidToken."""
        if header == self._header_seen:
            return
        insist_on_known_header(_object_in(header))
        self._header_seen = header


def _object_in(segment: bytes) -> dict[str, Any]:
    facts = orjson.loads(segment_of(segment))
    if not isinstance(facts, dict):
        raise ValueError("not a JSON object")
    return facts
