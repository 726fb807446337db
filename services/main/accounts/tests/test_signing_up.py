"""Joining."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from rest_framework.test import APIClient

from accounts.credentials.canonical import UnfitEmail
from accounts.models import Account
from conftest import MakeAccount

pytestmark = pytest.mark.django_db
NEW = {"email": "New.Dog@daengdaeng.test", "password": "hello-my-dog-3", "name": "새 보호자"}


def test_a_new_customer_can_sign_in_with_any_case_of_the_address(stranger: APIClient) -> None:
    joined = stranger.post("/api/v1/accounts", NEW)
    came_in = stranger.post(
        "/api/v1/sessions", {"email": "NEW.dog@daengdaeng.test", "password": NEW["password"], "client": "mobile"}
    )

    assert joined.status_code == 201
    assert joined.json() == {
        **joined.json(),
        "email": "new.dog@daengdaeng.test",
        "name": "새 보호자",
        "role": "customer",
    }
    assert came_in.status_code == 201
    assert Account.objects.get(pk=joined.json()["id"]).password.startswith("argon2$argon2id$")


def test_an_address_joins_once(stranger: APIClient) -> None:
    stranger.post("/api/v1/accounts", NEW)

    again = stranger.post("/api/v1/accounts", NEW)

    assert (again.status_code, again.json()["code"]) == (409, "email-taken")


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"email": "not-an-address"}, "email", "invalid"),
        ({"email": "a" * 250 + "@daengdaeng.test"}, "email", "max_length"),
        ({"password": "short"}, "password", "password_too_short"),
        ({"password": "password1"}, "password", "password_too_common"),
        ({"password": " " * 8}, "password", "password_too_uniform"),
        ({"password": "\u200b" * 8}, "password", "password_too_short"),
        ({"password": "a\u200bb\u200bc\u200bd\u200b"}, "password", "password_too_short"),
        ({"password": "\u3164" * 12}, "password", "password_too_short"),
        ({"password": "ㅋ" * 10}, "password", "password_too_uniform"),
        ({"password": "뷁쀍" * 6}, "password", "password_too_uniform"),
        ({"password": "a" + " " * 9 + "b"}, "password", "password_too_uniform"),
        ({"password": "가나다" * 4}, "password", "password_too_uniform"),
        ({"email": "a@1.2.3.4"}, "email", "invalid"),
        ({"email": "a@１.２.３.４"}, "email", "invalid"),
        ({"email": "a@0x7f.1"}, "email", "invalid"),
        ({"email": "a@salon.test1"}, "email", "invalid"),
        ({"email": "a@[192.0.2.1]"}, "email", "invalid"),
        ({"email": "a@localhost"}, "email", "invalid"),
        ({"email": "a@-salon.test"}, "email", "invalid"),
        ({"email": "a@salon-.test"}, "email", "invalid"),
        ({"email": "a@salon.test."}, "email", "invalid"),
        ({"email": "a@salon.test。"}, "email", "invalid"),
        ({"email": "a@salon..test"}, "email", "invalid"),
        ({"email": "a@xn--0.test"}, "email", "invalid"),
        ({"email": '"a b"@salon.test'}, "email", "invalid"),
        ({"email": "a..b@salon.test"}, "email", "invalid"),
        ({"email": "a@b@salon.test"}, "email", "invalid"),
        ({"password": "x" * 129}, "password", "max_length"),
        ({"password": 12345678}, "password", "invalid"),
        ({"name": ""}, "name", "blank"),
        ({"name": "가" * 51}, "name", "max_length"),
        ({"name": ["보리"]}, "name", "invalid"),
        ({"role": "operator"}, "role", "unknown"),
        ({"email": None}, "email", "null"),
    ],
)
def test_what_does_not_fit_is_refused_and_leaves_nothing(
    stranger: APIClient, change: dict[str, object], field: str, code: str
) -> None:
    answer = stranger.post("/api/v1/accounts", {**NEW, **change}, format="json")

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert (answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]) == (field, code)
    assert not Account.objects.filter(email=NEW["email"].lower()).exists()


def test_a_domain_in_its_own_script_is_one_account_however_it_is_typed(stranger: APIClient) -> None:
    spellings = ["a@한글.한국", normalize("NFD", "a@한글.한국"), "A@한글。한국", "a@XN--bj0bj06e.xn--3e0b707e"]

    answers = [stranger.post("/api/v1/accounts", {**NEW, "email": one}) for one in spellings]

    assert [answer.status_code for answer in answers] == [201, 409, 409, 409]
    assert answers[0].json()["email"] == "a@xn--bj0bj06e.xn--3e0b707e"


def test_a_phrase_with_spaces_and_emoji_is_a_password(stranger: APIClient) -> None:
    assert stranger.post("/api/v1/accounts", {**NEW, "password": " 보리 산책 👩🏽‍🚒 "}).status_code == 201


def test_an_account_whose_address_is_older_than_the_rule_can_still_be_changed(make_account: MakeAccount) -> None:
    account = make_account()
    Account.objects.filter(pk=account.pk).update(email="a@1.2.3.4")
    account.refresh_from_db()

    account.set_password("korong-korong-7")
    account.save()
    account.email = "a@1.2.3.5"

    with pytest.raises(UnfitEmail):
        account.save()
    assert Account.objects.get(pk=account.pk).check_password("korong-korong-7")
