"""Who is asking: the account behind a request, and how often it asks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from starlette.requests import cookie_parser

from coupon_queue.access_tokens import AccessTokens, Account
from salon_contracts.problem import ForeignOrigin, NotSignedIn, RateLimited

_COOKIE = "salon_access"
_ACCOUNTS_REMEMBERED = 50_000
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def headers_in(raw: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """A request's headers by their names in small letters. Of two with one name the first counts."""
    return dict(reversed([*raw]))


def account_of(headers: Mapping[bytes, bytes], *, method: str, tokens: AccessTokens, allowed_origin: str) -> Account:
    """Raises NotSignedIn, InvalidToken, ForeignOrigin. A header wins over a cookie."""
    scheme, _, bearer = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    if scheme.lower() == "bearer" and bearer:
        return tokens.verify(bearer.strip())
    cookie = cookie_parser(headers.get(b"cookie", b"").decode("latin-1")).get(_COOKIE)
    if not cookie:
        raise NotSignedIn
    # A browser sends the cookie for other sites' pages too, but not our Origin.
    if method not in _SAFE_METHODS and headers.get(b"origin", b"").decode("latin-1") != allowed_origin:
        raise ForeignOrigin
    return tokens.verify(cookie)


class _Recent(NamedTuple):
    since: float
    tries: int


class JoinRate:
    """At most so many joins of one account in so many seconds, at this instance. Bounded memory."""

    def __init__(self, *, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._recent: OrderedDict[int, _Recent] = OrderedDict()

    def count(self, account_id: int, *, now: float) -> None:
        """Raises RateLimited. `now` is a monotonic clock's seconds."""
        since, tries = self._recent.pop(account_id, _Recent(now, 0))
        if now - since >= self._seconds:
            since, tries = now, 0
        self._recent[account_id] = _Recent(since, tries + 1)
        if len(self._recent) > _ACCOUNTS_REMEMBERED:
            self._recent.popitem(last=False)
        if tries >= self._limit:
            raise RateLimited(retry_after_seconds=max(1, int(since + self._seconds - now) + 1))
