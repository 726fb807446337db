"""Who is asking: the account behind a request, and how often it asks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from starlette.datastructures import Address
from starlette.requests import cookie_parser

from coupon_queue.callers.access_tokens import AccessTokens
from coupon_queue.callers.ended_sessions import EndedSessions
from salon_contracts.http.access_tokens import COOKIE, ON_BEHALF_OF_HEADER, Bearer, insist_on_same_account
from salon_contracts.http.problem import ForeignOrigin, InvalidToken, NotSignedIn, RateLimited
from salon_kit.networks import network_of
from salon_kit.rate_limit import RateLimiter

_ON_BEHALF_OF = ON_BEHALF_OF_HEADER.lower().encode()
_ACCOUNTS_REMEMBERED = 50_000
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def headers_in(raw: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """A request's headers by their names in small letters. Of two with one name the first counts."""
    return dict(reversed([*raw]))


def account_of(
    headers: Mapping[bytes, bytes],
    *,
    method: str,
    query_string: bytes,
    tokens: AccessTokens,
    ended: EndedSessions,
    allowed_origin: str,
) -> Bearer:
    """Raises NotSignedIn, InvalidToken, ForeignOrigin, SignedInAsAnother. A header wins over a cookie."""
    bearer = tokens.verify(_token_in(headers, method=method, allowed_origin=allowed_origin))
    ended.refuse(bearer.session_id)
    named = headers.get(_ON_BEHALF_OF)
    if named is not None or query_string:
        header = None if named is None else named.decode("latin-1")
        insist_on_same_account(bearer.account_id, header=header, query_string=query_string.decode("latin-1"))
    return bearer


def _token_in(headers: Mapping[bytes, bytes], *, method: str, allowed_origin: str) -> str:
    authorization = headers.get(b"authorization", b"").decode("latin-1")
    if authorization:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise InvalidToken  # as in main: a header wins over a cookie also when it is of no use
        return token.strip()
    cookie = cookie_parser(headers.get(b"cookie", b"").decode("latin-1")).get(COOKIE)
    if not cookie:
        raise NotSignedIn
    # A browser sends the cookie for other sites' pages too, but not our Origin.
    if method not in _SAFE_METHODS and headers.get(b"origin", b"").decode("latin-1") != allowed_origin:
        raise ForeignOrigin
    return cookie


def address_of(headers: Mapping[bytes, bytes], *, client: Address | None) -> str:
    """Whom nginx has seen (only nginx reaches this process, and says so itself). Of IPv6, a household's network."""
    text = headers.get(b"x-real-ip", b"").decode("latin-1").strip() or (client.host if client else "")
    return network_of(text)


class JoinRate:
    """So many joins of one account at once, and for long so many in so many seconds, at this instance."""

    def __init__(self, *, limit: int, seconds: float) -> None:
        self._limiter = RateLimiter[int](burst=limit, per_second=limit / seconds, keys_max=_ACCOUNTS_REMEMBERED)

    def count(self, account_id: int, *, now: float) -> None:
        """Raises RateLimited. `now` is a monotonic clock's seconds."""
        wait = self._limiter.take(account_id, now=now)
        if wait:
            raise RateLimited(retry_after_seconds=math.ceil(wait))
