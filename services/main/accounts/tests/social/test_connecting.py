"""Connecting a provider while signed in, disconnecting it, and what takes the place of a password one does not have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account, Session, SocialIdentity
from accounts.tests.conftest import PASSWORD, post_sign_in
from accounts.tests.social.conftest import Browser, Providers, connected, refusal_in, somebody
from conftest import MakeAccount

pytestmark = pytest.mark.django_db(transaction=True)
ME = "/api/v1/accounts/me"
IDENTITIES = f"{ME}/identities"
ClientOf = Callable[[Account], APIClient]


@pytest.fixture
def member(make_account: MakeAccount) -> Account:
    """With a password, and an address that is confirmed."""
    account = make_account(password=PASSWORD)
    Account.objects.filter(pk=account.pk).update(email_confirmed_at=account.created_at)
    account.refresh_from_db()
    return account


@pytest.fixture
def theirs(member: Account) -> Browser:
    browser = Browser()
    assert post_sign_in(browser, member, "browser").status_code == 201
    return browser


def begin(browser: Browser, provider: str = "google", **body: Any) -> Any:
    return browser.post(f"{IDENTITIES}/{provider}/browser", {"return_to": "/account", **body})


def connect(browser: Browser, at: Providers, person: dict[str, Any], provider: str = "google") -> Any:
    go_to = begin(browser, provider, password=PASSWORD).json()["go_to"]
    return browser.come_back(provider, at[provider].consents(go_to, person))


def test_what_is_connected_in_a_browser_signs_in_from_then_on(at: Providers, member: Account, theirs: Browser) -> None:
    person, elsewhere = somebody("google"), Browser()

    answer = connect(theirs, at, person)
    elsewhere.sign_in(at["google"], "google", person)

    assert answer["Location"] == "/account"
    assert [one["provider"] for one in theirs.get(IDENTITIES).json()["items"]] == ["google"]
    assert elsewhere.get(ME).json()["id"] == member.pk
    assert Account.objects.count() == 1


def test_an_app_connects_with_an_id_token_and_with_a_code(at: Providers, member: Account, client_of: ClientOf) -> None:
    phone = client_of(member)
    token = at["google"].id_token(somebody("google"))
    code = {"code": at["naver"].code_for(somebody("naver"), redirect_uri="app://b"), "redirect_uri": "app://b"}

    wrong = phone.post(f"{IDENTITIES}/google", {"id_token": token, "password": "a-guess-of-mine"})
    done = [
        phone.post(f"{IDENTITIES}/google", {"id_token": token, "password": PASSWORD}),
        phone.post(f"{IDENTITIES}/naver", {**code, "code_verifier": "v" * 43, "password": PASSWORD}),
    ]

    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong-password")
    assert [(one.status_code, one.json()["provider"]) for one in done] == [(201, "google"), (201, "naver")]


def test_a_stolen_session_alone_connects_nothing(at: Providers, theirs: Browser) -> None:
    """Whoever has it would come in for good."""
    assert [begin(theirs).status_code, begin(theirs, password="a-guess").status_code] == [403, 403]
    assert not at["google"].asked


def test_another_site_cannot_begin_it(at: Providers, member: Account) -> None:
    browser = Browser(enforce_csrf_checks=True)
    post_sign_in(browser, member, "browser")

    assert begin(browser, password=PASSWORD).json()["code"] == "foreign-origin"


def test_an_account_whose_address_is_not_confirmed_connects_nothing(at: Providers, make_account: MakeAccount) -> None:
    """Who signed up with somebody else's would stay in when the owner resets the password."""
    account = make_account(password=PASSWORD)
    browser = Browser()
    post_sign_in(browser, account, "browser")

    answer = connect(browser, at, somebody("google"))

    assert answer["Location"] == "/account?problem=email-not-confirmed"
    assert not SocialIdentity.objects.exists()


def test_what_is_connected_elsewhere_stays_there(at: Providers, theirs: Browser, make_account: MakeAccount) -> None:
    person, other = somebody("google"), make_account()
    connected(other, "google", person["sub"])

    answer = connect(theirs, at, person)

    assert answer["Location"] == "/account?problem=identity-is-anothers"
    assert SocialIdentity.objects.get().account_id == other.pk


def test_one_of_each_provider_and_the_same_again_changes_nothing(at: Providers, theirs: Browser) -> None:
    person = somebody("google")

    answers = [connect(theirs, at, who)["Location"] for who in (person, person, somebody("google"))]

    assert answers == ["/account", "/account", "/account?problem=provider-is-connected"]
    assert SocialIdentity.objects.get().uid == person["sub"]


def test_a_session_that_has_ended_meanwhile_connects_nothing(at: Providers, member: Account, theirs: Browser) -> None:
    go_to = begin(theirs, password=PASSWORD).json()["go_to"]

    Session.objects.filter(account=member).end(now=timezone.now())
    answer = theirs.come_back("google", at["google"].consents(go_to, somebody("google")))

    assert refusal_in(answer) == "invalid-token"
    assert not SocialIdentity.objects.exists()


def test_a_way_back_from_connecting_signs_nobody_in(at: Providers, theirs: Browser) -> None:
    answer = connect(theirs, at, somebody("google"))

    assert not {"salon_access", "salon_refresh"} & set(answer.cookies)


def test_the_last_way_in_stays(at: Providers, browser: Browser) -> None:
    browser.sign_in(at["kakao"], "kakao", somebody("kakao"))

    refused = browser.delete(f"{IDENTITIES}/kakao")

    assert (refused.status_code, refused.json()["code"]) == (409, "last-way-in")
    assert SocialIdentity.objects.count() == 1


@pytest.mark.parametrize("other", ["password", "confirmed address", "another provider"])
def test_one_of_two_ways_in_can_go(make_account: MakeAccount, client_of: ClientOf, other: str) -> None:
    account = make_account(password=PASSWORD if other == "password" else None)
    if other == "confirmed address":
        Account.objects.filter(pk=account.pk).update(email_confirmed_at=timezone.now())
    if other == "another provider":
        connected(account, "naver")
    connected(account, "google")

    phone = client_of(account)

    assert [phone.delete(f"{IDENTITIES}/google").status_code for _ in range(2)] == [204, 404]


def _signed_in_long_ago(account: Account) -> None:
    Session.objects.filter(account=account).update(started_at=timezone.now() - timedelta(minutes=11))


@pytest.mark.parametrize(
    ("path", "body", "done"),
    [("/deletion", {}, 204), ("/email", {"email": "bori@daengdaeng.test"}, 202),
     ("/password", {"new_password": PASSWORD}, 204), ("/identities/naver/browser", {}, 200)],
)  # fmt: skip
def test_without_a_password_a_sign_in_of_a_moment_ago_stands_for_it(
    at: Providers, browser: Browser, path: str, body: dict[str, str], done: int
) -> None:
    person = somebody("google", email="owner@daengdaeng.test", email_verified=True)
    browser.sign_in(at["google"], "google", person)
    _signed_in_long_ago(Account.objects.get())
    browser.post("/api/v1/sessions/refresh", {})

    late = browser.post(f"{ME}{path}", body)
    browser.sign_in(at["google"], "google", person)
    again = browser.post(f"{ME}{path}", body)

    assert (late.status_code, late.json()["code"]) == (403, "sign-in-again")
    assert again.status_code == done


def test_who_has_a_password_has_to_give_it_however_lately_they_came(theirs: Browser) -> None:
    answer = theirs.post(f"{ME}/deletion", {})

    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-password")


def test_whoever_leaves_is_unknown_to_the_provider_and_may_come_anew(at: Providers, browser: Browser) -> None:
    person = somebody("kakao")
    browser.sign_in(at["kakao"], "kakao", person)
    left = Account.objects.get()

    assert browser.post(f"{ME}/deletion", {}).status_code == 204
    assert not SocialIdentity.objects.exists()

    again = Browser()
    again.sign_in(at["kakao"], "kakao", person)
    assert again.get(ME).json()["id"] != left.pk


def test_where_it_goes_is_the_provider(at: Providers, theirs: Browser) -> None:
    go_to = begin(theirs, password=PASSWORD).json()["go_to"]

    assert f"http://{urlsplit(go_to).netloc}" == at["google"].issuer
