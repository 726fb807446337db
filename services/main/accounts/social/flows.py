"""A sign-in in a browser, from the button to the way back: what has to be remembered meanwhile, and where.

In a cookie of this browser, signed: nothing is kept here for whoever never comes back, and a link that a stranger made
(with their own code, so that somebody would sign in as them) finds no cookie with its state.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta
from secrets import token_urlsafe
from typing import NamedTuple

from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from redis.exceptions import RedisError

from accounts.social.errors import UnfitFlow
from accounts.social.providers.here import Provider
from accounts.social.providers.vouched import Proof
from config.env import env
from salon_kit.logs import get_logger
from salon_kit.outage_lines import outage
from serving.redis import shared_redis

log = get_logger(__name__)

FLOW_COOKIE = "salon_sign_in"
FLOW_PATH = "/api/v1/sign-in"
GOOD_FOR = timedelta(minutes=10)
_SALT = "accounts.social.flow"
_LONGEST = 3_000


class Flow(NamedTuple):
    provider: str
    state: str
    nonce: str
    verifier: str
    """Of PKCE (RFC 7636): only who began has it."""
    return_to: str
    connects: int | None = None
    """The account that is signed in and wants this connected; None for a sign-in."""
    session: str | None = None

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")

    def proof(self, code: str) -> Proof:
        return Proof(
            code=code,
            redirect_uri=callback_of(self.provider),
            code_verifier=self.verifier,
            nonce=self.nonce,
            state=self.state,
        )


def begin(provider: str, *, return_to: str, connects: int | None = None, session: str | None = None) -> Flow:
    secrets = (token_urlsafe(24), token_urlsafe(24), token_urlsafe(48))
    return Flow(provider, *secrets, return_to=return_to, connects=connects, session=session)


def address_of(flow: Flow, provider: Provider, *, deadline: float) -> str:
    """Where the browser goes now. Raises ProviderAway."""
    return provider.authorization_url(
        state=flow.state,
        nonce=flow.nonce,
        challenge=flow.challenge,
        redirect_uri=callback_of(flow.provider),
        deadline=deadline,
    )


def callback_of(provider: str) -> str:
    """As it has to be registered in the provider's console."""
    return f"{env.public_origin}{FLOW_PATH}/{provider}/callback"


def remember(response: HttpResponseBase, flow: Flow) -> None:
    response.set_cookie(
        FLOW_COOKIE,
        signing.dumps(list(flow), salt=_SALT),
        max_age=GOOD_FOR,
        path=FLOW_PATH,
        httponly=True,
        # The way back begins at another site, and is a plain navigation: Strict would not come along.
        samesite="Lax",
        secure=env.is_public_over_https,
    )


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(FLOW_COOKIE, path=FLOW_PATH, samesite="Lax")


def taken(request: HttpRequest, *, provider: str, state: str) -> Flow:
    """The flow of this browser that has come back, once. Raises UnfitFlow."""
    written = request.COOKIES.get(FLOW_COOKIE, "")
    if not written or len(written) > _LONGEST:
        raise UnfitFlow
    try:
        flow = Flow(*signing.loads(written, salt=_SALT, max_age=GOOD_FOR))
    except (signing.BadSignature, TypeError) as error:
        # Or of a release that remembered other things.
        raise UnfitFlow from error
    is_mine = hmac.compare_digest(flow.state.encode(), state.encode(errors="surrogatepass"))
    if flow.provider != provider or not is_mine or not take_once(f"state:{state}", GOOD_FOR):
        raise UnfitFlow
    return flow


def take_once(what: str, good_for: timedelta) -> bool:
    """False for the second who comes with it. Without Redis everybody is the first: a code is good once at its
    provider, too."""
    key = f"sign-in-used:{hashlib.sha256(what.encode(errors='surrogatepass')).hexdigest()[:32]}"
    try:
        return bool(shared_redis().set(key, 1, nx=True, ex=good_for))
    except RedisError as error:
        outage(log.warning, "sign_in_use_uncounted", reason=type(error).__name__)
        return True
