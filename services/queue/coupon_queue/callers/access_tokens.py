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

from salon_contracts.http.access_tokens import BYTES_MAX, Bearer, bearer_in, insist_on_known_header, segment_of
from salon_contracts.http.problem import InvalidToken
from salon_kit.key_rings import PublicKeys

_PADDING, _HASH = PKCS1v15(), SHA256()


class AccessTokens:
    """One key, or two while main exchanges them. `take` may be called on another thread than `verify`."""

    def __init__(self, *, public_keys_pem: str) -> None:
        self.take(public_keys_pem)

    def take(self, public_keys_pem: str) -> None:
        """These keys from now on, and no others. Raises ValueError, and then nothing changes."""
        self._readers = _Readers(PublicKeys(public_keys_pem))

    @property
    def key_ids(self) -> tuple[str, ...]:
        return self._readers.keys.ids

    def verify(self, token: str) -> Bearer:
        """Raises InvalidToken: expired, foreign, of another type, or not a token at all."""
        if len(token) > BYTES_MAX:
            raise InvalidToken
        try:
            signed, signature = token.encode("ascii").rsplit(b".", 1)
            header, payload = signed.split(b".")
            _insist_on_signature(segment_of(signature), signed, self._readers.of(header))
            # An `iat` from the future shows only that two clocks differ: no place is lost over that (F10).
            return bearer_in(_object_in(payload), now=time.time(), leeway_of_iat=math.inf)
        except ValueError as error:  # what is not ASCII, base64 or JSON is a ValueError too
            raise InvalidToken from error


class _Readers:
    """The keys, and which of them the last header asked for: main writes the same one into every token."""

    def __init__(self, keys: PublicKeys) -> None:
        self.keys = keys
        self._seen: tuple[bytes, tuple[RSAPublicKey, ...]] = (b"", ())

    def of(self, header: bytes) -> tuple[RSAPublicKey, ...]:
        """Raises ValueError or InvalidToken."""
        header_seen, keys = self._seen
        if header == header_seen:
            return keys
        facts = _object_in(header)
        insist_on_known_header(facts)
        keys = self.keys.named(facts.get("kid"))
        self._seen = header, keys
        return keys


def _insist_on_signature(signature: bytes, signed: bytes, keys: tuple[RSAPublicKey, ...]) -> None:
    """By any of these keys; with none of them, as of an unknown id, nothing is signed. Raises InvalidToken."""
    for key in keys:
        try:
            key.verify(signature, signed, _PADDING, _HASH)
        except InvalidSignature:  # of two keys one may be the other's successor
            continue
        return
    raise InvalidToken


def _object_in(segment: bytes) -> dict[str, Any]:
    facts = orjson.loads(segment_of(segment))
    if not isinstance(facts, dict):
        raise ValueError("not a JSON object")
    return facts
