"""Signing in and out, and by what one is known."""

from __future__ import annotations

import re
from datetime import timedelta

import jwt
import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.credentials import hashers, limits
from accounts.models import Account, Session
from accounts.scripts.count_attempt import attempts_key
from accounts.sessions.tokens import sign_access_token
from accounts.tests.conftest import PASSWORD, post_sign_in
from config.env import env
from conftest import MakeAccount
from serving.redis import shared_redis


def test_a_mobile_client_gets_tokens_that_name_the_account(stranger: APIClient, member: Account) -> None:
    answer = post_sign_in(stranger, member, "mobile")

    assert answer.status_code == 201
    of_account = {"id": member.pk, "email": member.email, "name": member.name, "role": "customer"}
    assert answer.json()["account"] == {**of_account, "email_confirmed": False, "has_password": True}
    claims = jwt.decode(answer.json()["access_token"], env.token_public_key, ["RS256"], audience="daengdaeng")
    assert claims["sub"] == str(member.pk)
    assert (claims["iss"], claims["type"], claims["role"]) == ("daengdaeng-main", "access", "customer")
    assert claims["exp"] - claims["iat"] == answer.json()["expires_in"] == 600
    assert not answer.cookies


def test_a_browser_gets_cookies_that_scripts_cannot_read(stranger: APIClient, member: Account) -> None:
    answer = post_sign_in(stranger, member, "browser")

    assert answer.status_code == 201
    assert set(answer.json()) == {"account"}
    access, refresh = answer.cookies["salon_access"], answer.cookies["salon_refresh"]
    assert (access["httponly"], access["samesite"], access["path"]) == (True, "Lax", "/")
    assert (refresh["httponly"], refresh["samesite"], refresh["path"]) == (True, "Strict", "/api/v1/sessions")
    assert not answer.cookies["csrftoken"]["httponly"]
    assert stranger.get("/api/v1/accounts/me").json()["id"] == member.pk


def test_a_wrong_password_and_an_unknown_address_are_one_answer(stranger: APIClient, member: Account) -> None:
    wrong = post_sign_in(stranger, member, "mobile", password="not-this-one")
    member.email = "nobody-knows@daengdaeng.test"
    unknown = post_sign_in(stranger, member, "mobile")

    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["code"] == "wrong-credentials"


def test_an_unknown_address_costs_a_password_hash_too(
    stranger: APIClient, member: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    original = hashers.Argon2.encode

    def counted(hasher: hashers.Argon2, password: str, salt: str) -> str:
        hashed.append(password)
        return original(hasher, password, salt)

    monkeypatch.setattr(hashers.Argon2, "encode", counted)
    member.email = "nobody-knows-either@daengdaeng.test"

    post_sign_in(stranger, member, "mobile")

    assert hashed == [PASSWORD]


def test_signing_out_on_a_phone_ends_its_session(stranger: APIClient, member: Account) -> None:
    tokens = post_sign_in(stranger, member, "mobile").json()

    answer = stranger.delete("/api/v1/sessions", headers={"Authorization": f"Bearer {tokens['access_token']}"})

    assert answer.status_code == 204
    again = stranger.post("/api/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]})
    assert again.status_code == 401


def test_a_page_of_one_account_does_not_sign_the_other_out(
    stranger: APIClient, member: Account, make_account: MakeAccount
) -> None:
    post_sign_in(stranger, member, "browser")

    answer = stranger.delete("/api/v1/sessions", headers={"Salon-Account": str(make_account().pk)})

    assert (answer.status_code, answer.json()["code"]) == (409, "signed-in-as-another")
    assert "salon_access" not in answer.cookies
    assert Session.objects.get(account=member).ended_at is None


def test_signing_out_in_a_browser_clears_its_cookies(stranger: APIClient, member: Account) -> None:
    post_sign_in(stranger, member, "browser")

    answer = stranger.delete("/api/v1/sessions")

    assert answer.status_code == 204
    assert answer.cookies["salon_access"]["max-age"] == answer.cookies["salon_refresh"]["max-age"] == 0
    assert Session.objects.get(account=member).ended_at is not None


@pytest.mark.parametrize(("method", "path"), [("post", "/api/v1/sessions/refresh"), ("delete", "/api/v1/sessions")])
def test_a_write_with_the_cookie_needs_the_csrf_token(member: Account, method: str, path: str) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    post_sign_in(browser, member, "browser")

    without = getattr(browser, method)(path, {})
    token = browser.cookies["csrftoken"].value
    with_it = getattr(browser, method)(path, {}, headers={"X-CSRFToken": token})
    foreign = getattr(browser, method)(path, {}, headers={"X-CSRFToken": token, "Origin": "https://evil.example"})

    assert (without.status_code, without.json()["code"]) == (403, "foreign-origin")
    assert with_it.status_code in (200, 204)
    assert foreign.status_code in (403, 401)


@pytest.mark.parametrize("headers", [{}, {"Origin": "https://evil.example"}, {"X-CSRFToken": "x" * 32}])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_why_a_write_is_foreign_is_said_in_the_callers_language_and_in_our_words(
    member: Account, headers: dict[str, str], language: str
) -> None:
    browser = APIClient(enforce_csrf_checks=True)
    post_sign_in(browser, member, "browser")

    answer = browser.delete("/api/v1/sessions", {}, headers={**headers, "Accept-Language": language}).json()

    assert answer["code"] == "foreign-origin"
    assert bool(re.search("[가-힣]", answer["detail"])) is (language == "ko")
    assert "evil" not in answer["detail"]


@pytest.mark.parametrize(("method", "path"), [("post", "/api/v1/sessions/refresh"), ("delete", "/api/v1/sessions")])
def test_a_page_of_another_account_neither_refreshes_nor_ends_this_session(
    member: Account, customer: Account, method: str, path: str
) -> None:
    browser = APIClient()
    post_sign_in(browser, member, "browser")

    refused = getattr(browser, method)(path, {}, headers={"Salon-Account": str(customer.pk)})
    done = getattr(browser, method)(path, {}, headers={"Salon-Account": str(member.pk)})

    assert (refused.status_code, refused.json()["code"]) == (409, "signed-in-as-another")
    assert done.status_code in (200, 204)


def test_guessing_a_password_is_stopped_for_a_while(stranger: APIClient, member: Account) -> None:
    for _ in range(10):
        assert post_sign_in(stranger, member, "mobile", password="guess").status_code == 401

    stopped = post_sign_in(stranger, member, "mobile")

    assert (stopped.status_code, stopped.json()["code"]) == (429, "too-many-attempts")
    assert 1 <= int(stopped["Retry-After"]) <= 300


def test_coming_in_forgets_earlier_failures(stranger: APIClient, member: Account) -> None:
    for _ in range(3):
        for _ in range(8):
            post_sign_in(stranger, member, "mobile", password="guess")

        assert post_sign_in(stranger, member, "mobile").status_code == 201


def test_one_address_cannot_try_without_end(stranger: APIClient, make_account: MakeAccount) -> None:
    account = make_account()
    stranger.defaults["REMOTE_ADDR"] = "203.0.113.77"
    key = attempts_key(kind="sign-in-from", subject="203.0.113.77")
    shared_redis().set(key, limits.SIGN_INS_PER_ADDRESS, px=60_000)

    stopped = post_sign_in(stranger, account, "mobile")

    assert (stopped.status_code, stopped.json()["code"]) == (429, "too-many-attempts")
    shared_redis().delete(key)


@pytest.mark.usefixtures("redis_is_down")
def test_people_can_sign_in_while_redis_is_down(stranger: APIClient, member: Account) -> None:
    assert post_sign_in(stranger, member, "mobile").status_code == 201


def test_a_token_that_ran_out_or_is_not_ours_is_refused(stranger: APIClient, member: Account) -> None:
    expired = sign_access_token(
        account_id=member.pk, role="customer", session_id=None, now=timezone.now() - timedelta(minutes=11)
    )
    forged = jwt.encode({"sub": str(member.pk), "type": "access"}, "0" * 32, algorithm="HS256")

    for token in (expired, forged, "garbage", ""):
        answer = stranger.get("/api/v1/accounts/me", headers={"Authorization": f"Bearer {token}"})

        assert (answer.status_code, answer.json()["code"]) == (401, "invalid-token")
        assert answer["WWW-Authenticate"] == "Bearer"


def test_a_stranger_is_asked_to_sign_in(stranger: APIClient) -> None:
    answer = stranger.get("/api/v1/accounts/me")

    assert (answer.status_code, answer.json()["code"]) == (401, "not-signed-in")


def test_a_header_wins_over_a_cookie(member: Account, customer: Account) -> None:
    client = APIClient()
    post_sign_in(client, member, "browser")
    token = sign_access_token(account_id=customer.pk, role="customer", session_id=None, now=timezone.now())

    answer = client.get("/api/v1/accounts/me", headers={"Authorization": f"Bearer {token}"})

    assert answer.json()["id"] == customer.pk
