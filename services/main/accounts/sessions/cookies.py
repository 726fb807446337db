"""A browser's session lives in cookies that its scripts cannot read."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from django.http.response import HttpResponseBase

from accounts.services import SignedIn
from accounts.sessions.tokens import ACCESS_LIFETIME, REFRESH_LIFETIME
from api.callers.identity import ACCESS_COOKIE
from config.env import env

REFRESH_COOKIE = "salon_refresh"
SESSIONS_PATH = "/api/v1/sessions"


def set_session_cookies(response: HttpResponseBase, signed_in: SignedIn) -> None:
    """Access goes to every endpoint, refresh to this one only."""
    _set(response, ACCESS_COOKIE, signed_in.access_token, lifetime=ACCESS_LIFETIME, path="/", same_site="Lax")
    _set(
        response,
        REFRESH_COOKIE,
        signed_in.refresh_token,
        lifetime=REFRESH_LIFETIME,
        path=SESSIONS_PATH,
        same_site="Strict",
    )


def clear_session_cookies(response: HttpResponseBase) -> None:
    response.delete_cookie(ACCESS_COOKIE, path="/", samesite="Lax")
    response.delete_cookie(REFRESH_COOKIE, path=SESSIONS_PATH, samesite="Strict")


def _set(
    response: HttpResponseBase,
    name: str,
    value: str,
    *,
    lifetime: timedelta,
    path: str,
    same_site: Literal["Lax", "Strict"],
) -> None:
    response.set_cookie(
        name, value, max_age=lifetime, path=path, httponly=True, samesite=same_site, secure=env.is_public_over_https
    )
