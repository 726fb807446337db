"""Access tokens as main makes them, and those that nobody may accept, each with what is wrong with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from salon_contracts.http.access_tokens import ALGORITHM, AUDIENCE, ISSUER


def claims_of(account_id: int, **changed: Any) -> dict[str, Any]:
    """What main signs for a customer. A claim that is changed to None is left out."""
    now = int(time.time())
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "type": "access",
        "sub": str(account_id),
        "role": "customer",
        "iat": now,
        "exp": now + 600,
        "jti": uuid4().hex,
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def _signed(claims: dict[str, Any]) -> str:
    """With the system's own key: only the claims are wrong."""
    return jwt.encode(claims, Path(os.environ["MAIN_TOKEN_PRIVATE_KEY_FILE"]).read_bytes(), algorithm=ALGORITHM)


def _by_a_stranger(account_id: int) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims_of(account_id), key, algorithm=ALGORITHM)


def _with_the_public_key_as_a_secret(account_id: int) -> str:
    """The old trick: HS256, signed with what everybody may know. Written by hand, as PyJWT refuses to."""

    def encoded(raw: bytes) -> bytes:
        return base64.urlsafe_b64encode(raw).rstrip(b"=")

    public = Path(os.environ["MAIN_TOKEN_PUBLIC_KEY_FILE"]).read_bytes()
    head = encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    signed = head + b"." + encoded(json.dumps(claims_of(account_id)).encode())
    return (signed + b"." + encoded(hmac.new(public, signed, hashlib.sha256).digest())).decode()


def _with_another_name_after_signing(account_id: int) -> str:
    head, _, signature = _signed(claims_of(account_id)).split(".")
    claims = _signed(claims_of(account_id + 1)).split(".")[1]
    return f"{head}.{claims}.{signature}"


def good_token(account_id: int) -> str:
    return _signed(claims_of(account_id))


def token_for(account_id: int, *, seconds: int) -> str:
    """A good one that runs out soon."""
    return _signed(claims_of(account_id, exp=int(time.time()) + seconds))


BAD_TOKENS: dict[str, Callable[[int], str]] = {
    "expired": lambda account: _signed(claims_of(account, exp=int(time.time()) - 120, iat=int(time.time()) - 720)),
    "never expires": lambda account: _signed(claims_of(account, exp=None)),
    "for another audience": lambda account: _signed(claims_of(account, aud="another-shop")),
    "for no audience": lambda account: _signed(claims_of(account, aud=None)),
    "by another issuer": lambda account: _signed(claims_of(account, iss="another-main")),
    "a refresh token": lambda account: _signed(claims_of(account, type="refresh")),
    "about nobody": lambda account: _signed(claims_of(account, sub=None)),
    "about no number": lambda account: _signed(claims_of(account, sub="somebody")),
    "signed by a stranger": _by_a_stranger,
    "signed with the public key": _with_the_public_key_as_a_secret,
    "not signed": lambda account: jwt.encode(claims_of(account), "", algorithm="none"),
    "another name after signing": _with_another_name_after_signing,
    "garbage": lambda _account: "not.a.token",
    "empty": lambda _account: "",
    "long": lambda _account: "x" * 5_000,
}
