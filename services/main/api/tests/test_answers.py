"""What all answers have in common: who may keep them, in which language they are, what else an address takes."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.identity import ACCESS_COOKIE
from conftest import MakeAccount, access_token_of
from notifications.models import Notification

pytestmark = pytest.mark.django_db
HANGUL = re.compile("[가-힣]")
UNKNOWN_UUID = "00000000-0000-4000-8000-000000000000"
PUBLIC = ("/api/v1/salons", "/api/v1/coupon-events", "/api/v1/openapi.json")


@pytest.mark.parametrize("path", PUBLIC)
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_stale_token_shows_public_pages_to_its_bearer_as_to_a_stranger(path: str, method: str) -> None:
    client = Client()
    client.cookies[ACCESS_COOKIE] = "stale.or.broken"

    assert getattr(client, method)(path).status_code == 200
    assert getattr(client, method)(path, headers={"Authorization": "Bearer stale"}).status_code == 200


def test_an_operator_sees_drafts_on_the_public_list(
    client_of: Callable[[Account], APIClient], operator: Account, stranger: APIClient
) -> None:
    terms = {"title": "봄", "quantity": 1, "discount_won": 1000, "opens_at": "2026-01-01T00:00:00Z"}
    assert stranger.post("/api/v1/coupon-events", terms).status_code == 401

    assert client_of(operator).get("/api/v1/coupon-events").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api/v1/salons", "/api/v1/coupon-events", "/api/v1/bookings", "/api/v1/rooms", "/api/v1/nothing", "/healthz/no"],
)
def test_head_is_judged_as_get(path: str, stranger: APIClient, client_of: Any, customer: Account) -> None:
    for client in (stranger, client_of(customer)):
        read, judged = client.get(path), client.head(path)

        assert judged.status_code == read.status_code
        assert judged.content == b""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/bookings", "GET, HEAD, POST, OPTIONS"),
        ("/api/v1/sessions", "POST, DELETE, OPTIONS"),
        ("/api/v1/openapi.json", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_says_what_an_address_takes_to_everybody(path: str, allowed: str, stranger: APIClient) -> None:
    answer = stranger.options(path)

    assert (answer.status_code, answer["Allow"]) == (204, allowed)
    assert stranger.options("/api/v1/nothing").status_code == 404
    refused = stranger.generic("TRACE", path)
    assert (refused.status_code, refused["Allow"], refused.json()["code"]) == (405, allowed, "method-not-allowed")


@pytest.mark.parametrize("path", ["/api/v1/bookings", "/api/v1/accounts/me", "/api/v1/coupon-events", "/api/v1/none"])
def test_nobody_between_keeps_what_may_be_personal(path: str, client_of: Any, customer: Account) -> None:
    answer = client_of(customer).get(path)

    assert answer["Cache-Control"] == "private, no-store"
    assert {"Cookie", "Authorization", "Accept-Language", "Origin"} <= set(re.split(r",\s*", answer["Vary"]))


def test_the_list_of_salons_may_be_kept_for_a_moment_but_no_refusal(stranger: APIClient) -> None:
    assert stranger.get("/api/v1/salons")["Cache-Control"] == "public, max-age=10"
    assert stranger.get("/api/v1/salons?cursor=no")["Cache-Control"] == "private, no-store"


def test_the_document_is_made_once_and_asked_for_again_for_nothing(stranger: APIClient) -> None:
    first = stranger.get("/api/v1/openapi.json")

    again = stranger.get("/api/v1/openapi.json", headers={"If-None-Match": first["ETag"]})

    assert first["Cache-Control"] == again["Cache-Control"] == "public, max-age=60"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["/api/v1/openapi.json", "/api/v1/docs", "/api/v1/docs.js"])
def test_the_document_is_packed_once_for_whoever_takes_it_packed(stranger: APIClient, path: str) -> None:
    plain = stranger.get(path)

    packed = stranger.get(path, headers={"Accept-Encoding": "br, GZip"})
    again = stranger.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})

    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] != plain["ETag"]
    assert again.status_code == 304
    assert "Accept-Encoding" in plain["Vary"]
    assert "Accept-Encoding" in packed["Vary"]


@pytest.mark.parametrize("named", ["", "identity", "br", "gzip;q=0", "gzip ; q=0.00", "x-gzip"])
def test_who_does_not_take_it_packed_gets_it_plain(stranger: APIClient, named: str) -> None:
    answer = stranger.get("/api/v1/openapi.json", headers={"Accept-Encoding": named})

    assert "Content-Encoding" not in answer
    assert answer.json()["openapi"]


def test_english_answers_hold_no_korean_and_korean_ones_say_why_in_korean(stranger: APIClient) -> None:
    def refusals(language: str) -> list[dict[str, Any]]:
        headers = {"Accept-Language": language}
        return [
            stranger.post("/api/v1/accounts", {"email": "x", "password": "1", "what": 1}, headers=headers).json(),
            stranger.post(
                "/api/v1/accounts", {"email": "a@b.test", "password": "1", "name": "보"}, headers=headers
            ).json(),
            stranger.post(
                "/api/v1/accounts", {"email": 1, "name": "\u200b", "password": "x" * 999}, headers=headers
            ).json(),
            stranger.post("/api/v1/sessions", {"client": "fax"}, headers=headers).json(),
            stranger.get("/api/v1/salons?limit=x", headers=headers).json(),
            stranger.get("/api/v1/salons?cursor=x", headers=headers).json(),
            stranger.get("/api/v1/groomers/1/slots?from=x&dog_size=cat", headers=headers).json(),
        ]

    english = refusals("en-GB,en;q=0.9,ko;q=0.1")
    korean = refusals("ko,en;q=0.5")

    for refusal in english:
        assert refusal["status"] == 422
        assert not HANGUL.search(json.dumps(refusal, ensure_ascii=False)), refusal
    for refusal in korean:
        for error in refusal["errors"]:
            assert HANGUL.search(error["detail"]), error


@pytest.mark.parametrize(
    "values",
    [
        '["0001-01-01 00:00:00+00:01", "00000000-0000-4000-8000-000000000000"]',
        "[1]",
        '["x", "y"]',
        "[9223372036854775808]",
        '["9999-12-31T23:59:59-23:59", 1]',
        '{"a": 1}',
        "null",
    ],
)
@pytest.mark.parametrize("of_another_list", [False, True])
def test_a_cursor_that_a_list_did_not_give_is_refused_by_all_lists(
    values: str, of_another_list: bool, client_of: Any, make_account: MakeAccount, operator: Account
) -> None:
    plain = Signer(salt="cursor:Other:-id").sign_object(json.loads(values)) if of_another_list else values
    paths = ("salons", "bookings", "rooms", "coupons", "notifications", "coupon-events")

    for path in paths:
        answer = client_of(operator).get(f"/api/v1/{path}", {"cursor": plain})

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input"), path
        assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_leads_on_to_the_next_page(client_of: Any, customer: Account) -> None:
    for number in range(3):
        moment = timezone.now() + timedelta(seconds=number)
        Notification.objects.create(recipient=customer, kind="x", facts={}, source_id=uuid4(), created_at=moment)
    client = client_of(customer)

    first = client.get("/api/v1/notifications?limit=2").json()
    second = client.get("/api/v1/notifications", {"limit": 2, "cursor": first["next"]}).json()

    seen = [one["id"] for one in first["items"] + second["items"]]
    assert len(set(seen)) == 3
    assert second["next"] is None


@pytest.mark.parametrize("key", ["\\ud800", "\\u0000", "x" * 500])
@pytest.mark.parametrize(
    "path", ["accounts", "sessions", "sessions/refresh", "bookings", "rooms", "notifications/read", "coupon-events"]
)
def test_a_field_of_any_name_is_refused_at_every_endpoint(
    key: str, path: str, make_account: MakeAccount, operator: Account
) -> None:
    for account in (make_account(), operator):
        client = Client(headers={"Authorization": f"Bearer {access_token_of(account)}"})
        for body in (f'{{"{key}": 1}}', f'{{"email": {{"{key}": 1}}, "ids": ["{key}"]}}'):
            answer = client.post(f"/api/v1/{path}", body, content_type="application/json")

            assert answer.status_code in {403, 422}, (path, body)


@pytest.mark.parametrize(
    "body",
    [
        '{"a": 1e400}',
        '{"a": ' + "9" * 5000 + "}",
        '{"a": NaN}',
        '{"a": 1, "a": 1}',
        "\ufeff{}",
        '{"a": ' + "[" * 300 + "]" * 300 + "}",
        '{"a": ' + '{"a": ' * 21 + "1" + "}" * 22,
        "{",
        '"x"',
    ],
)
def test_json_that_not_all_readers_understand_alike_is_refused(body: str, stranger: APIClient) -> None:
    answer = Client().post("/api/v1/sessions", body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-request")
