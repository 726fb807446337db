"""An e-mail address and a password have one form, however they were written."""

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

from accounts.credentials.canonical import UnfitEmail, canonical_email
from accounts.credentials.one_form import store_in_one_form
from accounts.models import Account
from accounts.tests.conftest import PASSWORD
from accounts.tests.guessing import sign_in_from
from conftest import MakeAccount

pytestmark = pytest.mark.django_db

REFUSED: list[Callable[[str], str]] = [
    lambda email: f"\u200b{email}",
    lambda email: email.replace("@", "\u200d@"),
    lambda email: email.replace("@", "@\u2060"),
    lambda email: email.replace("@", "\u00ad@"),
    lambda email: f"{email}\n",
    lambda email: email.replace("a", "\u00e1", 1).replace("@", "\u0301@"),
    lambda email: email.replace("@", "\u3164@"),
]


@pytest.mark.parametrize("spelling", REFUSED)
def test_what_cannot_be_seen_is_no_address(
    stranger: APIClient, member: Account, spelling: Callable[[str], str]
) -> None:
    assert sign_in_from(stranger, spelling(member.email))[0] == 422
    with pytest.raises(UnfitEmail):
        canonical_email(spelling(member.email))


def test_an_address_with_an_accent_is_another_account(stranger: APIClient, make_account: MakeAccount) -> None:
    member = make_account(password=PASSWORD)

    status, body = sign_in_from(stranger, member.email.replace("daengdaeng", "d\u00e1engdaeng"))

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

    assert sign_in_from(stranger, account.email, normalize(typed, password))[0] == 201  # type: ignore[arg-type]
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
