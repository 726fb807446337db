"""Google, Kakao and Naver beside us, and people who have accounts there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from django.http import HttpResponse
from pydantic import SecretStr
from redis.exceptions import RedisError
from rest_framework.test import APIClient

from accounts.models import Account, SocialIdentity
from accounts.social.flows import FLOW_COOKIE
from accounts.social.providers.here import providers_of
from accounts.tests.social.stand_in import APP, CLIENT, SECRET, StandIn
from config.env import env
from serving.redis import shared_redis

PROVIDERS = ("google", "kakao", "naver")
Providers = dict[str, StandIn]


@pytest.fixture
def nobody_tried_before() -> None:
    with suppress(RedisError):
        for key in shared_redis().scan_iter("attempts:*"):
            shared_redis().delete(key)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, nobody_tried_before: None) -> Iterator[Providers]:
    """Each provider, by its name."""
    stand_ins = {name: StandIn() for name in PROVIDERS}
    clients: dict[str, Any] = {}
    for name in PROVIDERS:
        clients |= {f"{name}_client_id": CLIENT, f"{name}_client_secret": SecretStr(SECRET)}
    settings = env.model_copy(
        update={
            **clients,
            "google_app_client_ids": f"{APP}, another-app-of-ours",
            "google_issuer": stand_ins["google"].issuer,
            "kakao_issuer": stand_ins["kakao"].issuer,
            "naver_server": stand_ins["naver"].issuer,
            "naver_api": stand_ins["naver"].issuer,
        }
    )
    here = providers_of(settings)
    monkeypatch.setattr("accounts.social.providers.here.providers_here", lambda: here)
    yield stand_ins
    for stand_in in stand_ins.values():
        stand_in.stop()


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Providers are given up after a quarter of a second."""
    for module in ("browser_views", "inputs", "views"):
        monkeypatch.setattr(f"accounts.social.{module}.ANSWER_SECONDS", 0.25)


def somebody(provider: str, **facts: Any) -> dict[str, Any]:
    """Whom a provider knows, in its own words."""
    uid = uuid4().hex
    usual = {"id": uid, "name": "네이버 사람"} if provider == "naver" else {"sub": uid, "name": "보리 언니"}
    return {**usual, **facts}


class Browser(APIClient):
    """As a browser asks, which says that it would like a page."""

    def begin(self, provider: str, return_to: str = "/events") -> HttpResponse:
        return self._get(f"/api/v1/sign-in/{provider}", {"return_to": return_to})

    def come_back(self, provider: str, query: str) -> HttpResponse:
        return self._get(f"/api/v1/sign-in/{provider}/callback?{query}")

    def sign_in(self, stand_in: StandIn, provider: str, person: dict[str, Any]) -> HttpResponse:
        return self.come_back(provider, stand_in.consents(self.begin(provider)["Location"], person))

    def _get(self, path: str, query: dict[str, str] | None = None) -> HttpResponse:
        answer = self.get(path, query, HTTP_ACCEPT="text/html,application/xhtml+xml,*/*;q=0.8")
        if FLOW_COOKIE in self.cookies and not self.cookies[FLOW_COOKIE].value:
            del self.cookies[FLOW_COOKIE]
        return answer


@pytest.fixture
def browser() -> Browser:
    return Browser()


def refusal_in(answer: HttpResponse) -> str:
    """The code that the page is told."""
    return answer["Location"].partition("problem=")[2].partition("&")[0]


def connected(account: Account, provider: str = "google", uid: str | None = None) -> SocialIdentity:
    return SocialIdentity.objects.create(
        account=account, provider=provider, uid=uid or uuid4().hex, connected_at=account.created_at
    )
