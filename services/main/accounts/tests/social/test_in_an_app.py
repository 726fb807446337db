"""Signing in with a provider in an app: what it brings must have been made for us."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from rest_framework.test import APIClient

from accounts.models import Account, Session
from accounts.tests.social.conftest import PROVIDERS, Providers, somebody
from accounts.tests.social.stand_in import APP, KEY, KEY_ID
from serving.redis import shared_redis

SOCIAL = Path(__file__).parents[2] / "social"
pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
BACK = "salon.app://back"


def post(client: APIClient, provider: str, **body: Any) -> Any:
    return client.post(f"/api/v1/sessions/{provider}", body)


def by_code(at: Providers, provider: str, person: dict[str, Any]) -> dict[str, str]:
    code = at[provider].code_for(person, redirect_uri=BACK, challenge=CHALLENGE)
    return {"code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}


@pytest.mark.parametrize("audience", ["our-page", APP, "another-app-of-ours", ["our-app"]])
def test_an_id_token_that_was_made_for_one_of_our_apps_signs_in(
    at: Providers, stranger: APIClient, audience: Any
) -> None:
    answer = post(stranger, "google", id_token=at["google"].id_token(somebody("google"), audience=audience))

    tokens = answer.json()
    stranger.credentials(HTTP_AUTHORIZATION=f"Bearer {tokens['access_token']}")
    assert answer.status_code == 201
    assert stranger.get("/api/v1/accounts/me").json()["id"] == tokens["account"]["id"]
    assert stranger.post("/api/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]}).status_code == 200
    assert list(Session.objects.values_list("client", flat=True)) == ["mobile"]


@pytest.mark.parametrize("audience", ["an-app-of-others", ["our-page", "an-app-of-others"], ""])
def test_one_that_was_made_for_another_app_does_not(at: Providers, stranger: APIClient, audience: Any) -> None:
    """Whoever made that app has one of each of its users."""
    answer = post(stranger, "google", id_token=at["google"].id_token(somebody("google"), audience=audience))

    assert (answer.status_code, answer.json()["code"]) == (401, "unproved-identity")
    assert not Account.objects.exists()


def test_an_id_token_of_one_provider_is_worth_nothing_at_the_other(at: Providers, stranger: APIClient) -> None:
    assert post(stranger, "kakao", id_token=at["google"].id_token(somebody("google"))).status_code == 401


@pytest.mark.parametrize(("asked", "shown"), [("n-1", "n-2"), ("n-1", None), (None, "n-1")])
def test_a_nonce_is_the_one_that_was_asked_with(
    at: Providers, stranger: APIClient, asked: str | None, shown: str | None
) -> None:
    token = at["google"].id_token(somebody("google"), nonce=asked)

    assert post(stranger, "google", id_token=token, **({"nonce": shown} if shown else {})).status_code == 401
    assert post(stranger, "google", id_token=token, **({"nonce": asked} if asked else {})).status_code == 201


def test_an_id_token_is_good_once(at: Providers, stranger: APIClient) -> None:
    token = at["kakao"].id_token(somebody("kakao"))

    answers = [post(stranger, "kakao", id_token=token).status_code for _ in range(2)]

    assert answers == [201, 401]


def test_its_use_is_remembered_for_as_long_as_it_is_good(at: Providers, stranger: APIClient) -> None:
    """Kakao's are good for half a day."""
    at["kakao"].spoil = {"exp": int(time.time()) + 12 * 3600}
    shared_redis().delete(*shared_redis().keys("sign-in-used:*") or ["none"])

    post(stranger, "kakao", id_token=at["kakao"].id_token(somebody("kakao")))

    [key] = shared_redis().keys("sign-in-used:*")
    assert shared_redis().ttl(key) > 12 * 3600


def test_a_token_that_anybody_can_sign_is_refused(at: Providers, stranger: APIClient) -> None:
    claims = jwt.decode(at["google"].id_token(somebody("google")), options={"verify_signature": False})
    public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    body = jwt.encode(claims, "", algorithm="none", headers={"kid": KEY_ID})
    head, payload, _ = jwt.encode(claims, "k" * 32, algorithm="HS256", headers={"kid": KEY_ID}).split(".")
    signature = base64.urlsafe_b64encode(_hmac(public, f"{head}.{payload}".encode())).rstrip(b"=").decode()

    answers = [post(stranger, "google", id_token=one) for one in (body, f"{head}.{payload}.{signature}", "a.b.c", "…")]

    assert [answer.status_code for answer in answers] == [401] * 4


def _hmac(key: bytes, text: bytes) -> bytes:
    import hmac

    return hmac.digest(key, text, "sha256")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_code_signs_in_once_whoever_has_its_verifier(at: Providers, stranger: APIClient, provider: str) -> None:
    proof = by_code(at, provider, somebody(provider))

    stolen = post(stranger, provider, **{**by_code(at, provider, somebody(provider)), "code_verifier": "x" * 43})
    first, again = (post(stranger, provider, **proof) for _ in range(2))

    assert [answer.status_code for answer in (stolen, first, again)] == [401, 201, 401]


def test_naver_is_taken_by_code_only(at: Providers, stranger: APIClient) -> None:
    """A token of Naver's says for which app it was made to nobody."""
    at["naver"].tokens["of-another-app"] = somebody("naver")

    answers = [
        post(stranger, "naver", id_token="of-another-app"),
        post(stranger, "naver", access_token="of-another-app"),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]


@pytest.mark.parametrize(
    "body",
    [{}, {"code": "c"}, {"code": "c", "redirect_uri": BACK}, {"code": "c", "code_verifier": VERIFIER},
     {"code": "c", "redirect_uri": BACK, "code_verifier": "short"}, {"id_token": "a", "code": "c"}, {"id_token": 7}],
    ids=str,
)  # fmt: skip
def test_half_a_proof_is_refused_by_its_fields(at: Providers, stranger: APIClient, body: dict[str, Any]) -> None:
    answer = stranger.post("/api/v1/sessions/google", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid-input")
    assert not at["google"].asked


def test_tokens_that_name_unknown_keys_do_not_send_us_to_the_provider_each_time(
    at: Providers, stranger: APIClient
) -> None:
    post(stranger, "google", id_token=at["google"].id_token(somebody("google")))

    for number in range(5):
        unknown = at["google"].id_token(somebody("google"), key_id=f"unknown-{number}")
        assert post(stranger, "google", id_token=unknown).status_code == 401

    assert at["google"].asked.count("/keys") == 1


def test_nothing_is_refused_as_unproved_without_a_line_in_the_log() -> None:
    """`unproved` writes the line and makes the refusal; nobody else makes one."""
    made = re.compile(r"raise UnprovedIdentity|UnprovedIdentity\(\)|else UnprovedIdentity")
    makers = {
        (path.relative_to(SOCIAL).as_posix(), line.strip())
        for path in SOCIAL.rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
        if made.search(line)
    }

    assert makers == {("errors.py", "return UnprovedIdentity()")}
