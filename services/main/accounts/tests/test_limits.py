"""Guessing is stopped, however the address is written; and a guesser locks nobody out."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import normalize

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.credentials import hashers, limits
from accounts.credentials.canonical import UnfitEmail, canonical_email
from accounts.credentials.devices import DEVICE_COOKIE, device_token_for
from accounts.credentials.limits import Caller
from accounts.credentials.one_form import store_in_one_form
from accounts.models import Account
from accounts.scripts.count_attempt import attempts_key
from conftest import MakeAccount
from salon_contracts.http.problem import Problem
from serving.redis import shared_redis

pytestmark = pytest.mark.django_db
PASSWORD = "korong-korong-7"
HOME, ELSEWHERE = "198.51.100.7", "203.0.113.50"

SPELLINGS: list[Callable[[str], str]] = [
    str.upper,
    lambda email: email.replace("s", "\u017f", 1),
    lambda email: "".join(chr(ord(letter) + 0xFEE0) if letter.isalpha() else letter for letter in email),
    lambda email: email.replace("@", "\uff20"),
    lambda email: email.replace(".test", "\u3002test"),
    lambda email: f"  {email} ",
    lambda email: email.replace("k", "\u212a"),
]
REFUSED: list[Callable[[str], str]] = [
    lambda email: f"\u200b{email}",
    lambda email: email.replace("@", "\u200d@"),
    lambda email: email.replace("@", "@\u2060"),
    lambda email: email.replace("@", "\u00ad@"),
    lambda email: f"{email}\n",
    lambda email: email.replace("a", "\u00e1", 1).replace("@", "\u0301@"),
    lambda email: email.replace("@", "\u3164@"),
]


@pytest.fixture(autouse=True)
def fresh_networks() -> None:
    """Other tests came from here too."""
    redis = shared_redis()
    for address in (HOME, ELSEWHERE, "127.0.0.1", "2001:db8:1:2::/64"):
        redis.delete(attempts_key(kind=limits.FROM_NETWORK, subject=address))


@pytest.fixture
def member(make_account: MakeAccount) -> Account:
    return make_account(password=PASSWORD)


def _sign_in(
    client: APIClient, email: str, password: str = PASSWORD, *, address: str = ELSEWHERE, **more: str
) -> tuple[int, dict[str, object]]:
    body = {"email": email, "password": password, "client": "mobile", **more}
    answer = client.post("/api/v1/sessions", body, REMOTE_ADDR=address)
    return answer.status_code, answer.json()


def _guess(email: str, *, times: int = 10, address: str = ELSEWHERE) -> list[int]:
    return [_sign_in(APIClient(), email, "guess", address=address)[0] for _ in range(times)]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_is_the_same_account_and_no_new_tries(
    stranger: APIClient, make_account: MakeAccount, spelling: Callable[[str], str]
) -> None:
    account = make_account(password=PASSWORD)
    account.email = f"sky-k{account.email}"
    account.save()
    assert _sign_in(stranger, spelling(account.email), address=HOME)[0] == 201

    assert set(_guess(account.email)) == {401}

    assert _guess(spelling(account.email), times=1) == [429]


@pytest.mark.parametrize("spelling", REFUSED)
def test_what_cannot_be_seen_is_no_address(
    stranger: APIClient, member: Account, spelling: Callable[[str], str]
) -> None:
    assert _sign_in(stranger, spelling(member.email))[0] == 422
    with pytest.raises(UnfitEmail):
        canonical_email(spelling(member.email))


def test_an_address_with_an_accent_is_another_account(stranger: APIClient, make_account: MakeAccount) -> None:
    member = make_account(password=PASSWORD)

    status, body = _sign_in(stranger, member.email.replace("daengdaeng", "d\u00e1engdaeng"))

    assert (status, body["code"]) == (401, "wrong-credentials")


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Min@\ub311\ub311.\ud55c\uad6d", "min@xn--dl1ba.xn--3e0b707e"),
        (normalize("NFD", "min@\ub311\ub311.\ud55c\uad6d"), "min@xn--dl1ba.xn--3e0b707e"),
        ("min@XN--DL1BA.xn--3e0b707e", "min@xn--dl1ba.xn--3e0b707e"),
        ("a+b.c_d@example.com", "a+b.c_d@example.com"),
    ],
)
def test_a_domain_is_one_in_its_own_script_and_in_punycode(text: str, canonical: str) -> None:
    assert canonical_email(text) == canonical


@pytest.mark.parametrize(
    "text",
    ["", "a", "@b.c", "a@", "a@b", "a@b.", "a@.b", "a..b@c.d", ".a@c.d", "a b@c.d", '"a"@c.d', "a@b@c.d",
     "a@[127.0.0.1]", "a@b_c.d", "stra\u00dfe@c.d", "\ubcf4\ub9ac@c.d", "a@-b.c", f"{'a' * 65}@b.c", f"a@{'b' * 64}.c",
     "\ud800@b.c", "a@\ud800.c"],
)  # fmt: skip
def test_what_no_mail_server_would_take_is_no_address(text: str) -> None:
    with pytest.raises(UnfitEmail):
        canonical_email(text)


def test_a_guesser_does_not_lock_the_owner_out(stranger: APIClient, member: Account) -> None:
    phone = str(_sign_in(stranger, member.email, address=HOME)[1]["device_token"])
    _guess(member.email)
    assert _guess(member.email, times=1) == [429]

    assert _sign_in(stranger, member.email, address=HOME)[0] == 201, "elsewhere"
    assert _sign_in(stranger, member.email, device_token=phone)[0] == 201, "on a known device in the guesser's network"


def test_a_browser_that_came_in_before_is_known_again(member: Account) -> None:
    browser = APIClient()
    body = {"email": member.email, "password": PASSWORD, "client": "browser"}
    first = browser.post("/api/v1/sessions", body, REMOTE_ADDR=ELSEWHERE)
    cookie = first.cookies[DEVICE_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    browser.delete("/api/v1/sessions")
    _guess(member.email)

    assert browser.post("/api/v1/sessions", body, REMOTE_ADDR=ELSEWHERE).status_code == 201


def test_a_device_has_tries_of_its_own_and_they_end_too(stranger: APIClient, member: Account) -> None:
    phone = str(_sign_in(stranger, member.email, address=HOME)[1]["device_token"])

    tries = [_sign_in(stranger, member.email, "guess", device_token=phone)[0] for _ in range(11)]

    assert tries == [401] * 10 + [429]


def test_a_device_of_another_account_or_of_somebodys_making_is_no_known_one(
    stranger: APIClient, member: Account
) -> None:
    _guess(member.email)
    of_another = device_token_for("somebody-else@daengdaeng.test", device=None)

    for token in (of_another, of_another[:-1] + "x", "", "\u200b", "a:b:c"):
        assert _sign_in(stranger, member.email, device_token=token)[0] in {429, 422}


def test_many_networks_together_are_stopped_at_one_account_and_the_known_ones_are_not(
    stranger: APIClient, member: Account
) -> None:
    _sign_in(stranger, member.email, address=HOME)
    networks = [f"203.0.113.{number}" for number in range(101)]

    statuses = [_guess(member.email, times=1, address=network)[0] for network in networks]

    assert statuses == [401] * 100 + [429]
    assert _sign_in(stranger, member.email, address=HOME)[0] == 201


def test_all_of_an_ipv6_network_is_one_guesser(member: Account) -> None:
    addresses = [f"2001:db8:1:2::{number}" for number in range(11)]

    statuses = [_guess(member.email, times=1, address=address)[0] for address in addresses]

    assert statuses == [401] * 10 + [429]
    assert _guess(member.email, times=1, address="2001:db8:1:3::1") == [401]


def test_good_sign_ins_behind_one_address_are_no_guesses(stranger: APIClient, member: Account) -> None:
    key = attempts_key(kind=limits.FROM_NETWORK, subject=HOME)
    shared_redis().set(key, limits.SIGN_INS_PER_ADDRESS - 1, px=60_000)

    assert [_sign_in(stranger, member.email, address=HOME)[0] for _ in range(3)] == [201] * 3
    assert _guess(member.email, times=2, address=HOME) == [401, 429]


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

    _guess(member.email, times=15)

    assert len(looked) == 10


def test_the_admins_sign_in_counts_the_same_account(make_account: MakeAccount) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password=PASSWORD)
    browser, guesser = Client(), Client()
    entered = {"username": operator.email, "password": PASSWORD}
    assert browser.post("/admin/login/?next=/admin/", entered, REMOTE_ADDR=ELSEWHERE).status_code == 302
    browser.post("/admin/logout/")
    assert DEVICE_COOKIE in browser.cookies
    _guess(operator.email, times=5)

    for spelling in SPELLINGS[:5]:
        guesser.post(
            "/admin/login/", {"username": spelling(operator.email), "password": "guess"}, REMOTE_ADDR=ELSEWHERE
        )

    stopped = guesser.post("/admin/login/", entered, REMOTE_ADDR=ELSEWHERE)
    assert "\uc2dc\ub3c4\uac00 \ub108\ubb34 \ub9ce\uc544\uc694" in stopped.content.decode()
    assert browser.post("/admin/login/?next=/admin/", entered, REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_createsuperuser_knows_one_form_of_an_address(member: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "operators-only-5")

    with pytest.raises(CommandError):
        call_command("createsuperuser", interactive=False, email=member.email.upper(), name="\uc6b4\uc601\uc790")
    call_command("createsuperuser", interactive=False, email="Boss@DAENGDAENG.test", name="\uc6b4\uc601\uc790")

    assert Account.objects.get(email="boss@daengdaeng.test").is_superuser


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
def test_a_password_opens_however_its_letters_are_put_together(
    stranger: APIClient, make_account: MakeAccount, typed: str
) -> None:
    password = "\uac15\uc544\uc9c0-\ubcf4\ub9ac-7\u00e9"
    account = make_account(password=normalize("NFD", password))
    operator = make_account(role=Account.Role.OPERATOR, password=password)

    assert _sign_in(stranger, account.email, normalize(typed, password))[0] == 201  # type: ignore[arg-type]
    browser = Client()
    entered = {"username": operator.email, "password": normalize(typed, password)}  # type: ignore[arg-type]
    assert browser.post("/admin/login/?next=/admin/", entered).status_code == 302


def test_what_was_stored_before_is_brought_into_the_one_form_and_collisions_are_told(
    make_account: MakeAccount, caplog: pytest.LogCaptureFixture
) -> None:
    first, second, unfit, fine = (make_account() for _ in range(4))
    with connection.cursor() as cursor:
        for account, stored in (
            (first, "Bori@Shop.test"),
            (second, "\uff42ori@shop.test"),
            (unfit, "\u200bx@shop.test"),
        ):
            cursor.execute("UPDATE accounts_account SET email = %s WHERE id = %s", [stored, account.pk])

    store_in_one_form(apps, None)

    kept = dict(Account.objects.values_list("pk", "email"))
    assert kept[first.pk] == "bori@shop.test"
    assert kept[second.pk] == f"collided-{second.pk}@accounts.invalid"
    assert (kept[unfit.pk], kept[fine.pk]) == ("\u200bx@shop.test", fine.email)
    assert f"[{second.pk}]" in caplog.text
    assert f"[{unfit.pk}]" in caplog.text
