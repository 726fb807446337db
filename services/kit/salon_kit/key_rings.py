"""Keys that follow each other: one signs, and for a while each of several is good for reading.

An RSA key's id is the thumbprint of its public half (RFC 7638), so nobody has to give out names.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import Annotated, NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import AfterValidator, SecretStr

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----")
_BITS_MIN = 2048
# Of a secret text: as many as HMAC-SHA256 has bytes.
CHARACTERS_MIN = 32


class PublicKeys:
    """By their ids. What is exchanged is the whole, never a part of it."""

    def __init__(self, pems: str) -> None:
        """Raises ValueError for what is no RSA public key, a short one, or none at all."""
        keys = [load_pem_public_key(block.encode()) for block in blocks_in(pems)]
        self._by_id = {key_id_of(key): key for key in keys if isinstance(key, RSAPublicKey) and _is_long(key)}
        if not keys or len(self._by_id) < len(keys):
            raise ValueError(f"each block has to be another RSA public key of {_BITS_MIN} bits or more")
        self._all = tuple(self._by_id.values())

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(self._by_id)

    def named(self, key_id: str | None) -> tuple[RSAPublicKey, ...]:
        """The one of this id, none for an unknown one; all of them where the signer named none."""
        if key_id is None:
            return self._all
        key = self._by_id.get(key_id)
        return () if key is None else (key,)


class SigningKey:
    """The first of some private keys; those behind it have yet to sign, or do so no more."""

    def __init__(self, pems: str) -> None:
        """Raises ValueError for what is no RSA private key, a short one, or none at all, in whichever block."""
        blocks = [load_pem_private_key(block.encode(), password=None) for block in blocks_in(pems)]
        keys = [key for key in blocks if isinstance(key, RSAPrivateKey) and _is_long(key)]
        if not keys or len(keys) < len(blocks):
            raise ValueError(f"each block has to be an RSA private key of {_BITS_MIN} bits or more")
        self.key = keys[0]
        self.id = key_id_of(self.key.public_key())


def blocks_in(pems: str) -> list[str]:
    """Raises ValueError for whatever else stands there: a block that was cut off is no key less, but a mistake."""
    if _PEM.sub("", pems).strip():
        raise ValueError("there is something besides whole blocks of PEM, as when a file was cut off")
    return [found[0] for found in _PEM.finditer(pems)]


def _is_long(key: RSAPublicKey | RSAPrivateKey) -> bool:
    return key.key_size >= _BITS_MIN


def insist_on_pair(signing: SigningKey, reading: PublicKeys) -> None:
    """Raises ValueError for a key that signs what nobody reads."""
    if signing.id not in reading.ids:
        raise ValueError(
            "the key that signs is not among those that are read, so every token would be refused: "
            "put its public half into token_public_key first (`make rotate KEY=tokens` keeps the order)"
        )


def key_id_of(key: RSAPublicKey) -> str:
    numbers = key.public_numbers()
    members = {"e": _base64url(numbers.e), "kty": "RSA", "n": _base64url(numbers.n)}
    return _digest(json.dumps(members, separators=(",", ":")).encode())


class SecretKeys(NamedTuple):
    """Secret texts, as one file has them, one a line: `next:<key>` is read already and does not sign yet."""

    signing: str
    reading: tuple[str, ...]
    """All of them, the one that signs first."""
    oldest: str
    """The one that goes when the exchange ends; outside of one, the only one there is."""


NEXT = "next:"


def secret_keys_in(text: str) -> SecretKeys:
    """Raises ValueError for no key, and for a short one."""
    lines = text.split()
    keys = tuple(line.removeprefix(NEXT) for line in lines)
    in_force = [line for line in lines if not line.startswith(NEXT)]
    if not in_force or lines[0] != in_force[0] or min(map(len, keys)) < CHARACTERS_MIN:
        raise ValueError(f"one key a line, the one that signs first, each of at least {CHARACTERS_MIN} characters")
    return SecretKeys(in_force[0], keys, in_force[-1])


def id_of_secret(secret: str) -> str:
    """By which a secret text may be named where others can read it: it cannot be guessed backwards."""
    return _digest(b"daengdaeng key id " + secret.encode())[:12]


def _digest(raw: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).rstrip(b"=").decode()


def _base64url(number: int) -> str:
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class KeyUse(NamedTuple):
    """What a process says of its keys at /metrics, so that whoever exchanges them knows where each step has arrived."""

    ring: str
    use: str
    key_id: str


SIGNS, READS = "signs", "reads"


def _checked(text: SecretStr) -> SecretStr:
    secret_keys_in(text.get_secret_value())
    return text


SecretTexts = Annotated[SecretStr, AfterValidator(_checked)]
"""For settings: checked when the process starts, and when it takes another while it runs."""
