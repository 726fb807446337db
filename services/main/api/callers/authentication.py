"""How DRF learns who is asking."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from api.callers.identity import ACCESS_COOKIE, Identity, Presented, identify
from api.language import words
from salon_contracts.http.access_tokens import ON_BEHALF_OF_HEADER
from salon_contracts.http.problem import ForeignOrigin, NotSignedIn
from salon_kit.logs import get_logger


def presented_by(request: Request) -> Presented:
    return Presented(
        authorization=request.headers.get("Authorization"),
        cookie_token=request.COOKIES.get(ACCESS_COOKIE),
        on_behalf_of=request.headers.get(ON_BEHALF_OF_HEADER),
        query_string=request.META.get("QUERY_STRING", ""),
    )


log = get_logger(__name__)


class AccessTokenAuthentication(BaseAuthentication):
    """A header wins over a cookie, and a write with the cookie must pass the CSRF check.

    Where strangers may come too, whoever brings a token that ran out or ended is a stranger.
    """

    def __init__(self, *, strangers_may_come: bool = False) -> None:
        self._strangers_may_come = strangers_may_come

    def authenticate(self, request: Request) -> tuple[Identity, None] | None:
        try:
            return self._authenticate(request)
        except NotSignedIn:
            if self._strangers_may_come:
                return None
            raise

    def _authenticate(self, request: Request) -> tuple[Identity, None] | None:
        presented = presented_by(request)
        if not (presented.authorization or presented.cookie_token):
            return None
        identity = identify(presented)
        if not presented.authorization:
            refuse_foreign_write(request._request)  # noqa: SLF001  # DRF has no public name for it
        return identity, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        log.info("csrf_refused", reason=reason)
        raise ForeignOrigin(_what_is_missing(reason))


def _what_is_missing(reason: str) -> str:
    """Django's reasons are English, and some hold what the stranger sent."""
    if "CSRF" in reason:
        return words(
            en="The header X-CSRFToken and the cookie csrftoken are not there, or not a pair",
            ko="X-CSRFToken 헤더와 csrftoken 쿠키가 없거나 서로 맞지 않아요",
        )
    return words(
        en="Its Origin or Referer is not one of this site's",
        ko="Origin이나 Referer가 이 사이트의 주소가 아니에요",
    )


def refuse_foreign_write(request: HttpRequest) -> None:
    """Django's CSRF check, for views that DRF exempted from the middleware. Raises ForeignOrigin."""
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    check.process_view(request, lambda _request: HttpResponse(), (), {})


def asker(request: Request) -> Identity:
    """Who asks, in a view that let only signed-in people through."""
    return cast(Identity, request.user)
