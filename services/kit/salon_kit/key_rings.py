"""Keys that follow each other: one signs, and for a while each of several is good for reading.

An RSA key's id is the thumbprint of its public half (RFC 7638), so nobody has to give out names.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_PEM = re.compile(r"-----BEGIN ([A-Z ]+)-----.+?-----END \1-----", re.DOTALL)


class PublicKeys:
    """By their ids. What is exchanged is the whole, never a part of it."""

    def __init__(self, pems: str) -> None:
        """Raises ValueError for what is no RSA public key, or none at all."""
        keys = [load_pem_public_key(block.encode()) for block in blocks_in(pems)]
        self._by_id = {key_id_of(key): key for key in keys if isinstance(key, RSAPublicKey)}
        if not keys or len(self._by_id) < len(keys):
            raise ValueError("each block has to be another RSA public key")
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
        """Raises ValueError for what is no RSA private key, or none at all."""
        blocks = blocks_in(pems)
        key = load_pem_private_key(blocks[0].encode(), password=None) if blocks else None
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the first block has to be an RSA private key")
        self.key = key
        self.id = key_id_of(key.public_key())


def blocks_in(pems: str) -> list[str]:
    return [found[0] for found in _PEM.finditer(pems)]


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


def secret_keys_in(text: str, *, characters_min: int) -> SecretKeys:
    """Raises ValueError for no key, and for a short one."""
    lines = text.split()
    keys = tuple(line.removeprefix(NEXT) for line in lines)
    in_force = [line for line in lines if not line.startswith(NEXT)]
    if not in_force or lines[0] != in_force[0] or min(map(len, keys)) < characters_min:
        raise ValueError(f"one key a line, the one that signs first, each of at least {characters_min} characters")
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
KEY_LABELS = KeyUse._fields
KEYS_HELP = "1 for each key that this process signs with, or reads with"
