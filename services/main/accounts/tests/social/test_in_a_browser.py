"""Signing in with Google, Kakao and Naver in a browser, there and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from accounts.models import Account, Session
from accounts.sessions.cookies import REFRESH_COOKIE
from accounts.social.flows import FLOW_COOKIE
from accounts.tests.social.conftest import PROVIDERS, Browser, Providers, connected, refusal_in, somebody
from accounts.tests.social.stand_in import KEY_ID
from api.callers.identity import ACCESS_COOKIE
from conftest import MakeAccount

pytestmark = pytest.mark.django_db(transaction=True)
ME = "/api/v1/accounts/me"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_comes_back_for_the_first_time_is_a_new_customer_and_signed_in(
    at: Providers, browser: Browser, provider: str
) -> None:
    answer = browser.sign_in(at[provider], provider, somebody(provider))

    me = browser.get(ME).json()
    assert (answer.status_code, answer["Location"]) == (302, "/events")
    assert (me["role"], me["email"], me["has_password"]) == ("customer", None, False)
    assert me["name"] in {"보리 언니", "네이버 사람"}
    assert browser.post("/api/v1/sessions/refresh", {}).status_code == 200
    assert list(Session.objects.values_list("client", flat=True)) == ["browser"]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_who_comes_again_is_who_came_before(at: Providers, provider: str) -> None:
    person = somebody(provider)
    first, second = Browser(), Browser()

    for one in (first, second):
        one.sign_in(at[provider], provider, person)

    assert first.get(ME).json() == second.get(ME).json()
    assert Account.objects.count() == 1


def test_the_same_number_at_two_providers_is_two_people(at: Providers) -> None:
    kakao, google = Browser(), Browser()

    kakao.sign_in(at["kakao"], "kakao", somebody("kakao", sub="1234567"))
    google.sign_in(at["google"], "google", somebody("google", sub="1234567"))

    assert kakao.get(ME).json()["id"] != google.get(ME).json()["id"]


def test_the_way_there_asks_for_what_only_this_browser_can_bring_back(at: Providers, browser: Browser) -> None:
    answer = browser.begin("google")

    asked = dict(parse_qsl(urlsplit(answer["Location"]).query))
    cookie = answer.cookies[FLOW_COOKIE]
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"].endswith("/api/v1/sign-in/google/callback")
    assert all(len(asked[name]) >= 32 for name in ("state", "nonce", "code_challenge"))
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", 600)
    assert cookie["path"] == "/api/v1/sign-in"
    assert not {ACCESS_COOKIE, REFRESH_COOKIE} & set(answer.cookies)


@pytest.mark.parametrize(
    "return_to",
    ["https://evil.example", "//evil.example", "/\\evil.example", "/a\\b", "evil", "", "/\t/evil", "/ ", "/api/v1/docs",
     "/admin/logout/", "/" + "x" * 600],
)  # fmt: skip
def test_nobody_is_sent_anywhere_but_to_a_page_of_ours(at: Providers, browser: Browser, return_to: str) -> None:
    answer = browser.begin("google", return_to)

    assert (answer.status_code, FLOW_COOKIE in answer.cookies) == (422, False)


def test_a_link_that_a_stranger_made_signs_nobody_in_as_the_stranger(at: Providers) -> None:
    stranger, victim, busy = Browser(), Browser(), Browser()
    link = at["google"].consents(stranger.begin("google")["Location"], somebody("google"))
    begun = busy.begin("google")["Location"]

    for browser in (victim, busy):
        answer = browser.come_back("google", link)
        assert refusal_in(answer) == "unfit-flow"
        assert ACCESS_COOKIE not in answer.cookies

    own = busy.come_back("google", at["google"].consents(begun, somebody("google")))
    assert own["Location"] == "/events", "what was begun is not spoiled by it"
    assert Account.objects.count() == 1


def test_a_strangers_code_is_no_use_in_somebody_elses_flow(at: Providers, browser: Browser) -> None:
    """PKCE, and the nonce: both are this browser's."""
    mine = dict(parse_qsl(urlsplit(browser.begin("google")["Location"]).query))
    theirs = dict(parse_qsl(at["google"].consents(Browser().begin("google")["Location"], somebody("google"))))

    answer = browser.come_back("google", f"code={theirs['code']}&state={mine['state']}")

    assert refusal_in(answer) == "unproved-identity"
    assert not Account.objects.exists()


def test_one_way_back_is_gone_once(at: Providers, browser: Browser) -> None:
    query = at["google"].consents(browser.begin("google")["Location"], somebody("google"))
    kept = browser.cookies[FLOW_COOKIE].value
    browser.come_back("google", query)

    browser.cookies[FLOW_COOKIE] = kept
    again = browser.come_back("google", query)

    assert refusal_in(again) == "unfit-flow"
    assert Session.objects.count() == 1


def test_whoever_takes_longer_than_ten_minutes_begins_anew(
    at: Providers, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = at["google"].consents(browser.begin("google")["Location"], somebody("google"))

    monkeypatch.setattr("accounts.social.flows.GOOD_FOR", timedelta(seconds=-1))

    assert refusal_in(browser.come_back("google", query)) == "unfit-flow"


def test_the_way_back_from_one_provider_is_not_that_of_another(at: Providers, browser: Browser) -> None:
    query = at["google"].consents(browser.begin("google")["Location"], somebody("google"))

    assert refusal_in(browser.come_back("kakao", query)) == "unfit-flow"


def test_who_cancels_is_back_at_the_sign_in_page_and_can_begin_again(at: Providers, browser: Browser) -> None:
    state = dict(parse_qsl(urlsplit(browser.begin("kakao")["Location"]).query))["state"]

    answer = browser.come_back("kakao", f"error=access_denied&state={state}")

    assert answer["Location"] == "/sign-in?problem=sign-in-cancelled&return_to=%2Fevents"
    assert browser.sign_in(at["kakao"], "kakao", somebody("kakao"))["Location"] == "/events"


@pytest.mark.parametrize(
    "spoilt",
    [{"aud": "an-app-of-others"}, {"aud": ["our-page", "an-app-of-others"]}, {"azp": "an-app-of-others"},
     {"iss": "https://evil.example"}, {"exp": 1}, {"exp": None}, {"iat": 9_999_999_999}, {"nonce": "another"},
     {"nonce": None}, {"sub": ""}, {"sub": "x" * 300}, {"sub": "보리"}, {"sub": None}],
    ids=str,
)  # fmt: skip
def test_an_id_token_that_is_not_for_us_or_not_of_now_signs_nobody_in(
    at: Providers, browser: Browser, spoilt: dict[str, Any]
) -> None:
    at["google"].spoil = spoilt

    answer = browser.sign_in(at["google"], "google", somebody("google"))

    assert refusal_in(answer) == "unproved-identity"
    assert not Account.objects.exists()


def test_an_id_token_with_anothers_signature_signs_nobody_in(
    at: Providers, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    forger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    right = at["google"].id_token

    monkeypatch.setattr(at["google"], "id_token", lambda *a, **k: right(*a, **k, key=forger, key_id=KEY_ID))

    assert refusal_in(browser.sign_in(at["google"], "google", somebody("google"))) == "unproved-identity"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"is_active": False}, "account-not-in-use"), ({"role": "operator"}, "operators-use-passwords")],
)
def test_an_operator_and_a_closed_account_do_not_come_in_by_it(
    at: Providers, browser: Browser, make_account: MakeAccount, change: dict[str, Any], code: str
) -> None:
    """An operator's second factor would be gone round by it."""
    person, account = somebody("google"), make_account()
    connected(account, "google", person["sub"])
    Account.objects.filter(pk=account.pk).update(**change)

    answer = browser.sign_in(at["google"], "google", person)

    assert (refusal_in(answer), ACCESS_COOKIE in answer.cookies) == (code, False)


def test_those_that_are_switched_on_are_listed_and_another_does_not_exist(at: Providers, browser: Browser) -> None:
    assert browser.get("/api/v1/sign-in").json() == {"items": [{"provider": name} for name in PROVIDERS]}
    assert browser.begin("facebook").status_code == 404


def test_without_settings_there_is_no_provider(browser: Browser) -> None:
    assert browser.get("/api/v1/sign-in").json() == {"items": []}
    assert [browser.begin(name).status_code for name in PROVIDERS] == [404, 404, 404]
