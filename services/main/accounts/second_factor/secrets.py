"""Secrets of authenticator apps, sealed; their codes (RFC 6238); and codes to be written down.

The arithmetic is the package cryptography's, which signs our tokens anyway. Sealed with Django's keys, any of which
opens: `reseal_all` brings what an older one sealed under the present one, long before that is dropped.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings

ISSUER = "댕댕살롱"
STEP_SECONDS = 30
DIGITS = 6
# Clocks of phones differ, and typing takes a while.
STEPS_AROUND = 1
CODES = 10
_SECRET_BYTES = 20
_CODE_BYTES = 10  # 80 bits: more than anybody guesses backwards from a digest
_DIGITS_ONLY = re.compile(rf"[0-9]{{{DIGITS}}}", re.ASCII)


def new_secret() -> bytes:
    return secrets.token_bytes(_SECRET_BYTES)


def seal(secret: bytes) -> str:
    return _box().encrypt(secret).decode("ascii")


def unsealed(sealed: str) -> bytes:
    """Raises ValueError: sealed with a key that is no more."""
    try:
        return _box().decrypt(sealed.encode("ascii"))
    except InvalidToken as error:
        raise ValueError("no key opens this") from error


def resealed(sealed: str) -> str | None:
    """Under the present key; None where it is already, or nothing opens it."""
    try:
        Fernet(_key(settings.SECRET_KEY)).decrypt(sealed.encode("ascii"))
    except InvalidToken:
        try:
            return _box().rotate(sealed.encode("ascii")).decode("ascii")
        except InvalidToken:
            return None
    return None


def step_of(secret: bytes, code: str, *, now: datetime) -> int | None:
    """The half-minute whose code this is, of those around now."""
    if not _DIGITS_ONLY.fullmatch(code):
        return None
    present = int(now.timestamp()) // STEP_SECONDS
    steps = range(present - STEPS_AROUND, present + STEPS_AROUND + 1)
    return next((step for step in steps if hmac.compare_digest(code_at(secret, step), code)), None)


def code_at(secret: bytes, step: int) -> str:
    return _totp(secret).generate(step * STEP_SECONDS).decode("ascii")


def uri_of(secret: bytes, *, email: str) -> str:
    """What an app reads, mostly as a picture."""
    return _totp(secret).get_provisioning_uri(email, ISSUER)


def written(secret: bytes) -> str:
    """What a person types into an app that has no camera."""
    return base64.b32encode(secret).decode("ascii")


def new_recovery_code() -> str:
    """Sixteen letters and digits, in fours."""
    text = base64.b32encode(secrets.token_bytes(_CODE_BYTES)).decode("ascii").lower()
    return "-".join(re.findall("....", text))


def digest_of_recovery_code(code: str) -> str:
    """However it was typed."""
    return hashlib.sha256(re.sub(r"[\s-]", "", code).lower().encode(errors="surrogatepass")).hexdigest()


def _totp(secret: bytes) -> TOTP:
    # SHA1 and six digits: what every app takes.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  # inside HMAC it is not broken


def _box() -> MultiFernet:
    return MultiFernet([Fernet(_key(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(django_key: str) -> bytes:
    digest = hashlib.sha256(b"accounts.second_factor:" + django_key.encode()).digest()
    return base64.urlsafe_b64encode(digest)
