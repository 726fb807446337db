"""Which providers there are here, and what all of them can do."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Protocol

from pydantic import SecretStr

from accounts.social.providers.naver import Naver
from accounts.social.providers.openid import OpenIdProvider
from accounts.social.providers.published import Published
from accounts.social.providers.remote import Remote
from accounts.social.providers.vouched import Proof, Vouched
from config.env import env
from config.sign_in_providers import PROVIDERS, SignInProviders
from salon_contracts.http.problem import NotFound

# Where a request may wait for a provider: a few of the threads wait, the others are there for everybody else.
ASKED_AT = frozenset(
    f"/api/v1/{where.format(provider)}"
    for provider in PROVIDERS
    for where in (
        *("sign-in/{}", "sign-in/{}/callback", "sessions/{}"),
        *("accounts/me/identities/{}", "accounts/me/identities/{}/browser"),
    )
)
ASKING_AT_ONCE = 3


class Provider(Protocol):
    """Methods raise ProviderAway; `deadline` is of time.monotonic()."""

    name: str

    def authorization_url(
        self, *, state: str, nonce: str, challenge: str, redirect_uri: str, deadline: float
    ) -> str: ...

    def by_code(self, proof: Proof, *, deadline: float) -> Vouched: ...

    def by_id_token(self, token: str, *, nonce: str | None, deadline: float) -> Vouched: ...


def providers_of(settings: SignInProviders) -> dict[str, Provider]:
    found: dict[str, Provider] = {}
    if settings.google_client_id:
        found["google"] = _openid(
            "google",
            issuer=settings.google_issuer,
            client=(settings.google_client_id, settings.google_client_secret),
            app_ids=settings.google_app_client_ids,
            scope="openid email profile",
        )
    if settings.kakao_client_id:
        found["kakao"] = _openid(
            "kakao",
            issuer=settings.kakao_issuer,
            client=(settings.kakao_client_id, settings.kakao_client_secret),
            app_ids=settings.kakao_app_client_ids,
            scope=settings.kakao_scope,
        )
    if settings.naver_client_id:
        found["naver"] = Naver(
            client_id=settings.naver_client_id,
            client_secret=_text(settings.naver_client_secret),
            server=settings.naver_server,
            api=settings.naver_api,
            remote=Remote("naver"),
        )
    return found


@cache
def providers_here() -> Mapping[str, Provider]:
    return providers_of(env)


def provider_names() -> list[str]:
    return list(providers_here())


def provider_named(name: str) -> Provider:
    """Raises NotFound: no such one, or not here."""
    found = providers_here().get(name)
    if found is None:
        raise NotFound
    return found


def _openid(name: str, *, issuer: str, client: tuple[str, SecretStr | None], app_ids: str, scope: str) -> Provider:
    remote = Remote(name)
    return OpenIdProvider(
        name=name,
        client_id=client[0],
        client_secret=_text(client[1]),
        app_ids=frozenset(one.strip() for one in app_ids.split(",") if one.strip()),
        scope=scope,
        remote=remote,
        published=Published(issuer, remote),
    )


def _text(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
