"""What main signs with, and what it would sign."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from salon_contracts.http.access_tokens import ALGORITHM, AUDIENCE, ISSUER
from salon_kit.key_rings import key_id_of


class Keys:
    """An RSA pair and a ticket key in files, and the tokens that main would sign."""

    def __init__(self, folder: Path) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.public_file = folder / "public.pem"
        self.public_file.write_bytes(
            self._private.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        self.ticket_file = folder / "ticket.key"
        self.ticket_file.write_text("k" * 32)

    @property
    def key_id(self) -> str:
        return key_id_of(self._private.public_key())

    def token(self, account_id: int, **changes: Any) -> str:
        return jwt.encode({**self.claims(account_id), **changes}, self._private, algorithm=ALGORITHM)

    def claims(self, account_id: int) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "type": "access",
            "sub": str(account_id),
            "role": "customer",
            "iat": now,
            "exp": now + 600,
            "jti": uuid4().hex,
        }

    def signed(self, header: bytes, payload: bytes) -> str:
        """A token of exactly these bytes, with a true signature."""
        words = b".".join(base64.urlsafe_b64encode(word).rstrip(b"=") for word in (header, payload))
        signature = self._private.sign(words, padding.PKCS1v15(), hashes.SHA256())
        return (words + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()
