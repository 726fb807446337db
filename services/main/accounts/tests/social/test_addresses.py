"""Accounts are never joined by an address, and work without one."""

from __future__ import annotations

from typing import Any

import jwt
import pytest
from django.core import mail
from rest_framework.test import APIClient

from accounts.models import Account, AccountMail, Session
from accounts.sessions.standing import standing_of
from accounts.tests.conftest import PASSWORD
from accounts.tests.social.conftest import Browser, Providers, connected, somebody
from conftest import MakeAccount
from notifications.mails.sending import send

pytestmark = pytest.mark.django_db(transaction=True)
ME = "/api/v1/accounts/me"
BORI = "bori@daengdaeng.test"


def test_an_address_that_google_has_confirmed_is_the_new_accounts_and_confirmed(
    at: Providers, browser: Browser
) -> None:
    browser.sign_in(at["google"], "google", somebody("google", email="Bori@Daengdaeng.test", email_verified=True))

    me = browser.get(ME).json()
    assert (me["email"], me["email_confirmed"], me["has_password"]) == (BORI, True, False)
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize(
    ("provider", "facts"),
    [
        ("google", {"email": BORI}),
        ("google", {"email": BORI, "email_verified": False}),
        ("google", {"email": BORI, "email_verified": "true"}),
        ("google", {"email": "not an address", "email_verified": True}),
        ("google", {"email": "left-1@accounts.invalid", "email_verified": True}),
        ("kakao", {"email": BORI, "email_verified": False, "hidden": ["email_verified"]}),
        ("naver", {"email": BORI}),
        ("naver", {"email": BORI, "email_verified": True}),
    ],
)
def test_one_that_nobody_has_confirmed_is_not_kept(
    at: Providers, browser: Browser, provider: str, facts: dict[str, Any]
) -> None:
    """Who wrote somebody else's into their profile would keep it from its owner, and stay when the owner takes it."""
    browser.sign_in(at[provider], provider, somebody(provider, **facts))

    assert (browser.get(ME).json()["email"], browser.get(ME).json()["email_confirmed"]) == (None, False)


def test_kakao_is_asked_whether_an_address_is_confirmed(at: Providers, browser: Browser) -> None:
    person = somebody("kakao", email=BORI, email_verified=True, hidden=["email_verified"])

    browser.sign_in(at["kakao"], "kakao", person)

    assert (browser.get(ME).json()["email"], browser.get(ME).json()["email_confirmed"]) == (BORI, True)


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_account_that_has_the_address_is_not_taken_over(
    at: Providers, browser: Browser, make_account: MakeAccount, confirmed: bool
) -> None:
    owner = make_account(password=PASSWORD)
    if confirmed:
        Account.objects.filter(pk=owner.pk).update(email_confirmed_at=owner.created_at)

    browser.sign_in(at["google"], "google", somebody("google", email=owner.email, email_verified=True))

    me = browser.get(ME).json()
    assert (me["id"] != owner.pk, me["email"]) == (True, None)
    assert not owner.identities.exists()


def test_nobody_signs_up_with_an_address_that_stands_for_none(stranger: APIClient, customer: Account) -> None:
    """With it somebody would stand in the way of the one who leaves with that number."""
    body = {"email": f"left-{customer.pk}@accounts.invalid", "password": PASSWORD, "name": "손님"}

    assert stranger.post("/api/v1/accounts", body).status_code == 422


def test_no_mail_goes_to_an_address_that_stands_for_none(at: Providers, browser: Browser) -> None:
    browser.sign_in(at["naver"], "naver", somebody("naver"))
    account = Account.objects.get()

    asked = browser.post(f"{ME}/email/confirmation", {})
    with mail.get_connection() as server:
        sent = send(
            to=account.email, words=lambda: ("s", "b"), server=server, mail_id=Session.objects.get().pk, kind="k"
        )

    assert (asked.status_code, asked.json()["code"]) == (409, "no-email")
    assert (sent, mail.outbox, AccountMail.objects.count()) == (False, [], 0)


def test_a_token_says_that_no_address_is_confirmed(at: Providers, stranger: APIClient) -> None:
    answer = stranger.post("/api/v1/sessions/kakao", {"id_token": at["kakao"].id_token(somebody("kakao"))})

    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert (claims["email_confirmed"], claims["has_dog"]) == (False, False)
    assert claims["account_made_at"] == int(Account.objects.get().created_at.timestamp())
    assert not standing_of(Account.objects.get()).email_confirmed


def test_whoever_has_none_adds_one_and_then_a_password(at: Providers, browser: Browser) -> None:
    from accounts.mailed.links import Act, token_for

    browser.sign_in(at["kakao"], "kakao", somebody("kakao"))

    early = browser.post(f"{ME}/password", {"new_password": PASSWORD})
    asked = browser.post(f"{ME}/email", {"email": BORI})
    link = token_for(Act.CHANGE_EMAIL, Account.objects.get(), address=BORI)
    changed = browser.post(f"{ME}/email/change", {"token": link})
    first = browser.post(f"{ME}/password", {"new_password": PASSWORD})

    assert (early.status_code, early.json()["code"]) == (409, "no-email")
    assert [asked.status_code, changed.status_code, first.status_code] == [202, 200, 204]
    signed_in = APIClient().post("/api/v1/sessions", {"email": BORI, "password": PASSWORD, "client": "mobile"})
    assert (signed_in.status_code, signed_in.json()["account"]["has_password"]) == (201, True)


def test_who_sets_a_password_at_an_address_that_nobody_had_confirmed_is_alone_in_the_account(
    make_account: MakeAccount, stranger: APIClient
) -> None:
    from accounts.mailed.links import Act, token_for

    account = make_account(password=PASSWORD)
    connected(account)

    token = token_for(Act.RESET_PASSWORD, account, address=account.email)
    answer = stranger.post("/api/v1/accounts/new-passwords", {"token": token, "password": "another-dingding-8"})

    assert (answer.status_code, account.identities.count()) == (200, 0)
