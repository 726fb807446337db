"""Joining."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import Account

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
