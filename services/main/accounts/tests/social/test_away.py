"""A provider that is away, slow, or answers anything: nobody waits for it, and nobody else is kept."""

from __future__ import annotations

import time

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from accounts.social.providers import published
from accounts.social.providers.here import provider_named
from accounts.social.providers.remote import TIMEOUTS_BEFORE_REST
from accounts.tests.social.conftest import Browser, Providers, refusal_in, somebody
from api.callers.identity import ACCESS_COOKIE

pytestmark = pytest.mark.django_db(transaction=True)
CONFIGURATION = "/.well-known/openid-configuration"
FAULTS = ["garbage", "no object", "too long", "fails", "hangs", "trickles"]


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    ("provider", "path"),
    [("google", "/token"), ("google", "/keys"), ("naver", "/oauth2.0/token"), ("naver", "/v1/nid/me")],
)
def test_who_comes_back_is_told_so_soon_and_is_not_signed_in(
    at: Providers, browser: Browser, provider: str, path: str, fault: str
) -> None:
    back = at[provider].consents(browser.begin(provider)["Location"], somebody(provider))
    at[provider].faults[path] = fault

    began = time.monotonic()
    answer = browser.come_back(provider, back)

    assert answer["Location"] == "/sign-in?problem=provider-away&return_to=%2Fevents"
    assert ACCESS_COOKIE not in answer.cookies
    assert time.monotonic() - began < 2
    assert not Account.objects.exists()


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("fault", FAULTS)
def test_who_wants_to_begin_is_told_so_soon(at: Providers, browser: Browser, fault: str) -> None:
    at["google"].faults[CONFIGURATION] = fault

    assert refusal_in(browser.begin("google")) == "provider-away"
    assert browser.begin("naver")["Location"].startswith(at["naver"].issuer), "the others are there"


@pytest.mark.usefixtures("soon")
def test_an_app_is_told_when_to_come_again(at: Providers, stranger: APIClient) -> None:
    at["google"].faults[CONFIGURATION] = "hangs"

    answer = stranger.post("/api/v1/sessions/google", {"id_token": at["google"].id_token(somebody("google"))})

    assert (answer.status_code, answer.json()["code"]) == (503, "provider-away")
    assert int(answer["Retry-After"]) >= 1


@pytest.mark.usefixtures("soon")
def test_one_that_hung_three_times_is_not_asked_again_for_a_while(
    at: Providers, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    at["google"].faults[CONFIGURATION] = "hangs"
    for _ in range(TIMEOUTS_BEFORE_REST):
        browser.begin("google")

    began = time.monotonic()
    answers = [refusal_in(browser.begin("google")) for _ in range(20)]

    assert answers == ["provider-away"] * 20
    assert at["google"].asked.count(CONFIGURATION) == TIMEOUTS_BEFORE_REST
    assert time.monotonic() - began < 2
    at["google"].faults.clear()
    monkeypatch.setattr(provider_named("google").remote, "_rests_until", 0.0)  # type: ignore[attr-defined]
    assert browser.begin("google")["Location"].startswith(at["google"].issuer)


def test_what_a_provider_published_is_good_while_it_is_away(
    at: Providers, stranger: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sign_in() -> int:
        token = at["google"].id_token(somebody("google"))
        return stranger.post("/api/v1/sessions/google", {"id_token": token}).status_code

    first = sign_in()
    at["google"].faults |= {CONFIGURATION: "fails", "/keys": "fails"}
    monkeypatch.setattr(published, "KEPT_SECONDS", -1.0)

    assert [first, sign_in()] == [201, 201]
    assert at["google"].asked.count("/keys") == 2


def test_endpoints_of_another_issuer_are_not_taken(at: Providers, browser: Browser) -> None:
    at["google"].issuer, right = "http://evil.example", at["google"].issuer

    assert refusal_in(browser.begin("google")) == "provider-away"
    at["google"].issuer = right
    assert browser.begin("google")["Location"].startswith(right)


def test_that_we_are_set_up_wrong_is_no_fault_of_whoever_comes(
    at: Providers, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_named("kakao"), "client_secret", "of-yesterday")

    assert refusal_in(browser.sign_in(at["kakao"], "kakao", somebody("kakao"))) == "provider-away"


@pytest.mark.usefixtures("redis_is_down")
def test_without_redis_people_still_come_in(at: Providers, browser: Browser) -> None:
    assert browser.sign_in(at["google"], "google", somebody("google"))["Location"] == "/events"
