"""Guessing is stopped, however the address is written; and a guesser locks nobody out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts.credentials import hashers, limits
from accounts.credentials.devices import DEVICE_COOKIE, device_token_for
from accounts.credentials.limits import Caller
from accounts.models import Account
from accounts.scripts.count_attempt import attempts_key
from accounts.tests.conftest import PASSWORD
from accounts.tests.guessing import ELSEWHERE, HOME, guess, sign_in_from
from conftest import MakeAccount
from salon_contracts.http.problem import Problem
from serving.redis import shared_redis

pytestmark = pytest.mark.django_db

SPELLINGS: list[Callable[[str], str]] = [
    str.upper,
    lambda email: email.replace("s", "\u017f", 1),
    lambda email: "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in email),
    lambda email: email.replace("@", "\uff20"),
    lambda email: email.replace(".test", "\u3002test"),
    lambda email: f"  {email} ",
    lambda email: email.replace("k", "\u212a"),
]


@pytest.fixture(autouse=True)
def fresh_networks() -> None:
    """Other tests came from here too."""
    redis = shared_redis()
    for address in (HOME, ELSEWHERE, "127.0.0.1", "2001:db8:1:2::/64"):
        redis.delete(attempts_key(kind=limits.FROM_NETWORK, subject=address))


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_the_same_account_and_no_new_tries(
    stranger: APIClient, make_account: MakeAccount, spelling: Callable[[str], str]
) -> None:
    account = make_account(password=PASSWORD)
    account.email = f"sky-k{account.email}"
    account.save()
    assert sign_in_from(stranger, spelling(account.email), address=HOME)[0] == 201

    assert set(guess(account.email)) == {401}

    assert guess(spelling(account.email), times=1) == [429]


def test_a_guesser_does_not_lock_the_owner_out(stranger: APIClient, member: Account) -> None:
    phone = str(sign_in_from(stranger, member.email, address=HOME)[1]["device_token"])
    guess(member.email)
    assert guess(member.email, times=1) == [429]

    assert sign_in_from(stranger, member.email, address=HOME)[0] == 201, "elsewhere"
    assert sign_in_from(stranger, member.email, device_token=phone)[0] == 201, (
        "on a known device in the guesser's network"
    )


def test_a_browser_that_came_in_before_is_known_again(member: Account) -> None:
    browser = APIClient()
    body = {"email": member.email, "password": PASSWORD, "client": "browser"}
    first = browser.post("/api/v1/sessions", body, REMOTE_ADDR=ELSEWHERE)
    cookie = first.cookies[DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    browser.delete("/api/v1/sessions")
    guess(member.email)

    assert browser.post("/api/v1/sessions", body, REMOTE_ADDR=ELSEWHERE).status_code == 201


def test_a_device_has_tries_of_its_own_and_they_end_too(stranger: APIClient, member: Account) -> None:
    phone = str(sign_in_from(stranger, member.email, address=HOME)[1]["device_token"])

    tries = [sign_in_from(stranger, member.email, "guess", device_token=phone)[0] for _ in range(11)]

    assert tries == [401] * 10 + [429]


def test_a_device_of_another_account_or_of_somebodys_making_is_no_known_one(
    stranger: APIClient, member: Account
) -> None:
    guess(member.email)
    of_another = device_token_for("somebody-else@daengdaeng.test", device=None)

    for token in (of_another, of_another[:-1] + "x", "", "\u200b", "a:b:c"):
        assert sign_in_from(stranger, member.email, device_token=token)[0] in {429, 422}


def test_many_networks_together_are_stopped_at_one_account_and_the_known_ones_are_not(
    stranger: APIClient, member: Account
) -> None:
    sign_in_from(stranger, member.email, address=HOME)
    networks = [f"203.0.113.{number}" for number in range(101)]

    statuses = [guess(member.email, times=1, address=network)[0] for network in networks]

    assert statuses == [401] * 100 + [429]
    assert sign_in_from(stranger, member.email, address=HOME)[0] == 201


def test_all_of_an_ipv6_network_is_one_guesser(member: Account) -> None:
    addresses = [f"2001:db8:1:2::{number}" for number in range(11)]

    statuses = [guess(member.email, times=1, address=address)[0] for address in addresses]

    assert statuses == [401] * 10 + [429]
    assert guess(member.email, times=1, address="2001:db8:1:3::1") == [401]


def test_good_sign_ins_behind_one_address_are_no_guesses(stranger: APIClient, member: Account) -> None:
    key = attempts_key(kind=limits.FROM_NETWORK, subject=HOME)
    shared_redis().set(key, limits.SIGN_INS_PER_ADDRESS - 1, px=60_000)

    assert [sign_in_from(stranger, member.email, address=HOME)[0] for _ in range(3)] == [201] * 3
    assert guess(member.email, times=2, address=HOME) == [401, 429]


def test_the_wait_grows_with_each_further_wrong_try(member: Account) -> None:
    caller = Caller(email=member.email, network=ELSEWHERE, device=None)
    redis = shared_redis()
    for _ in range(10):
        limits.allow_sign_in(caller)
    waits = []
    for _ in range(8):
        with pytest.raises(Problem) as refused:
            limits.allow_sign_in(caller)
        waits.append(refused.value.retry_after_seconds)
        redis.hset(caller.own_counter, "free_at", 0)
        limits.allow_sign_in(caller)

    assert waits == [30, 60, 120, 240, 480, 900, 900, 900]


def test_while_it_is_limited_no_password_is_looked_at(
    member: Account, monkeypatch: pytest.MonkeyPatch, make_account: MakeAccount
) -> None:
    looked: list[str] = []
    verify = hashers.Argon2.verify

    def counted(hasher: hashers.Argon2, password: str, encoded: str) -> bool:
        looked.append(password)
        return verify(hasher, password, encoded)

    monkeypatch.setattr(hashers.Argon2, "verify", counted)

    guess(member.email, times=15)

    assert len(looked) == 10


def test_the_admins_sign_in_counts_the_same_account(make_account: MakeAccount) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)
    browser, guesser = Client(), Client()
    entered = {"username": operator.email, "password": PASSWORD}
    assert browser.post("/admin/login/?next=/admin/", entered, REMOTE_ADDR=ELSEWHERE).status_code == 302
    browser.post("/admin/logout/")
    assert DEVICE_COOKIE in browser.cookies
    guess(operator.email, times=5)

    for spelling in SPELLINGS[:5]:
        guesser.post(
            "/admin/login/", {"username": spelling(operator.email), "password": "guess"}, REMOTE_ADDR=ELSEWHERE
        )

    stopped = guesser.post("/admin/login/", entered, REMOTE_ADDR=ELSEWHERE)
    assert "\uc2dc\ub3c4\uac00 \ub108\ubb34 \ub9ce\uc544\uc694" in stopped.content.decode()
    assert browser.post("/admin/login/?next=/admin/", entered, REMOTE_ADDR=ELSEWHERE).status_code == 302
