"""Devices from which somebody came in before. A stranger who guesses at an account cannot lock these out of it.

A device keeps what it was given at a good sign-in: a signed cookie, or `device_token` on a phone. It signs nobody in:
it only has its own count of wrong passwords, at the accounts that came in from it.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config.env import env

DEVICE_COOKIE = "salon_device"
REMEMBERED = timedelta(days=400)  # what browsers keep at most
TOKEN_MAX_LENGTH = 1_000
_SALT = "accounts.device"
_ACCOUNTS_MAX = 5


class Device(NamedTuple):
    id: str
    accounts: tuple[str, ...]
    """Digests of the addresses that came in from here, the latest last."""

    def knows(self, email: str) -> bool:
        return account_digest(email) in self.accounts


def account_digest(email: str) -> str:
    """Of a canonical address: addresses belong neither into Redis nor into tokens."""
    return hashlib.sha256(email.encode(errors="surrogatepass")).hexdigest()[:32]


def device_in(token: str | None) -> Device | None:
    """None for no token, and for one that we did not sign."""
    if not token or len(token) > TOKEN_MAX_LENGTH:
        return None
    try:
        facts = signing.loads(token, salt=_SALT, max_age=REMEMBERED)
    except signing.BadSignature:
        return None
    return Device(id=str(facts["device"]), accounts=tuple(facts["accounts"]))


def known_or_new(device: Device | None) -> Device:
    """The one that came, or a new one that knows nobody yet."""
    return device or Device(id=token_urlsafe(16), accounts=())


def device_token_for(email: str, *, device: Device | None) -> str:
    """What the device keeps from now on, after a good sign-in to this account."""
    known = [account for account in (device.accounts if device else ()) if account != account_digest(email)]
    accounts = [*known, account_digest(email)][-_ACCOUNTS_MAX:]
    return signing.dumps({"device": device.id if device else token_urlsafe(16), "accounts": accounts}, salt=_SALT)


def device_of(request: HttpRequest) -> Device | None:
    return device_in(request.COOKIES.get(DEVICE_COOKIE))


def remember_device(response: HttpResponseBase, email: str, *, device: Device | None) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        device_token_for(email, device=device),
        max_age=REMEMBERED,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=env.is_public_over_https,
    )
