"""Whatever refuses a request, the answer has one shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from rest_framework.test import APIClient

from accounts.models import Account
from api.inputs.parsers import MAX_BYTES
from api.problems import MOST_ERRORS_SHOWN
from conftest import access_token_of
from salon_contracts.http.problem import MEDIA_TYPE, TYPE_PREFIX

pytestmark = pytest.mark.django_db
JSON = "application/json"
BOOKING = "/api/v1/bookings"
SIGN_IN = "/api/v1/sessions"
UNKNOWN_UUID = "00000000-0000-4000-8000-000000000000"


def _whole(response: Any) -> tuple[int, str]:
    """Status and code, after looking at everything that all refusals share."""
    body = json.loads(response.content)
    assert response["Content-Type"].split(";")[0] == MEDIA_TYPE
    assert body["type"] == TYPE_PREFIX + body["code"]
    assert body["status"] == response.status_code
    assert body["title"]
    assert body["instance"].startswith("/")
    assert response["X-Request-ID"]
    return response.status_code, body["code"]


@pytest.mark.parametrize(
    ("method", "path", "options", "expected"),
    [
        ("get", "/nowhere", {}, (404, "not-found")),
        ("get", "/api/v1/nowhere", {}, (404, "not-found")),
        ("get", "/static/nowhere.css", {}, (404, "not-found")),
        ("get", f"{BOOKING}/{UNKNOWN_UUID}", {}, (404, "not-found")),
        ("get", f"{BOOKING}/not-a-uuid", {}, (404, "not-found")),
        ("put", BOOKING, {"data": "{}", "content_type": JSON}, (405, "method-not-allowed")),
        ("get", SIGN_IN, {}, (405, "method-not-allowed")),
        ("get", "/api/v1/salons", {"headers": {"Accept": "image/png"}}, (406, "not-acceptable")),
        ("post", SIGN_IN, {"data": "{", "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": "[]", "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": "null", "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": '{"a": NaN}', "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": b"\xff\xfe", "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": "[" * 30_000, "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": '{"email": 1' + "0" * 9_000, "content_type": JSON}, (400, "malformed-request")),
        ("post", SIGN_IN, {"data": "x" * (MAX_BYTES + 1), "content_type": JSON}, (413, "too-large")),
        ("post", SIGN_IN, {"data": "a=1", "content_type": "text/plain"}, (415, "unsupported-media-type")),
        ("post", SIGN_IN, {"data": "{}", "content_type": JSON}, (422, "invalid-input")),
        ("get", "/api/v1/salons?limit=-1", {}, (422, "invalid-input")),
        ("get", "/api/v1/salons", {"headers": {"Host": "evil.example"}}, (400, "bad-request")),
    ],
)
def test_every_refusal_has_the_same_shape(
    customer: Account,
    method: str,
    path: str,
    options: dict[str, Any],
    expected: tuple[int, str],
) -> None:
    client = Client(headers={"Authorization": f"Bearer {access_token_of(customer)}"})

    answer = getattr(client, method)(path, **options)

    assert _whole(answer) == expected


def test_a_stranger_and_a_wrong_role_are_refused_in_that_shape(
    stranger: APIClient, client_of: Callable[[Account], APIClient], operator: Account
) -> None:
    assert _whole(stranger.get(BOOKING)) == (401, "not-signed-in")
    assert _whole(client_of(operator).post(BOOKING, {})) == (403, "forbidden")


def test_a_form_from_another_site_is_refused_in_that_shape() -> None:
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/admin/login/", {"username": "a", "password": "b"})

    assert _whole(answer) == (403, "foreign-origin")


def test_a_text_that_no_database_takes_is_refused(stranger: APIClient) -> None:
    for text in ("\x00", "\ud800"):
        body = json.dumps({"email": "a@daengdaeng.test", "password": "long-enough-9", "name": f"보리{text}"})

        answer = stranger.post("/api/v1/accounts", body, content_type=JSON)

        assert _whole(answer) == (422, "invalid-input")


@pytest.mark.parametrize(
    ("path", "error", "expected"),
    [
        ("/api/v1/salons", OperationalError(2002, "no"), (503, "dependency-down")),
        ("/api/v1/salons", ZeroDivisionError("a bug"), (500, "internal-error")),
        ("/admin/login/", OperationalError(2002, "no"), (503, "dependency-down")),
        ("/admin/login/", ZeroDivisionError("a bug"), (500, "internal-error")),
    ],
)
def test_a_failure_of_ours_has_that_shape_and_tells_strangers_nothing(
    monkeypatch: pytest.MonkeyPatch, path: str, error: Exception, expected: tuple[int, str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("salons.search.views.found_salons", fail)
    monkeypatch.setattr("accounts.operators.admin_site.LimitedSignIn.__init__", fail)

    answer = Client(raise_request_exception=False).get(path)

    assert _whole(answer) == expected
    assert "bug" not in answer.content.decode()
    assert ("Retry-After" in answer) == (expected[0] == HTTPStatus.SERVICE_UNAVAILABLE)


def test_refusals_speak_korean_or_english(stranger: APIClient) -> None:
    def title(language: str) -> str:
        return str(stranger.get(BOOKING, headers={"Accept-Language": language}).json()["title"])

    assert title("en-US,en;q=0.9,ko;q=0.8") == "Please sign in"
    assert title("ko-KR,ko;q=0.9,en;q=0.8") == title("") == "로그인이 필요해요"


def test_the_callers_request_id_comes_back_unless_it_is_odd(stranger: APIClient) -> None:
    click = "4bf92f3577b34da6a3ce929d0e0e4736"

    assert stranger.get(BOOKING, headers={"X-Request-ID": click})["X-Request-ID"] == click
    assert stranger.get(BOOKING, headers={"X-Request-ID": "<script>"})["X-Request-ID"] != "<script>"


@pytest.mark.django_db
def test_a_refusal_does_not_grow_with_what_was_asked(
    client_of: Callable[[Account], APIClient], customer: Account
) -> None:
    answer = client_of(customer).post("/api/v1/notifications/read", {"ids": [f"no id {n}" for n in range(1000)]})

    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert len(answer.json()["errors"]) == MOST_ERRORS_SHOWN
