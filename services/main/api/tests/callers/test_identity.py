"""Who is asking: odd tokens, and two tabs."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.identity import Presented, identify
from config.env import env
from conftest import MakeAccount, access_token_of
from salon_contracts.http.odd_claims import odd_claims, odd_tokens
from salon_contracts.http.problem import InvalidToken, Problem

HEADER = b'{"alg":"RS256","typ":"JWT"}'
ME = "/api/v1/accounts/me"


def _signed(header: bytes, payload: bytes) -> str:
    """A token of exactly these bytes, under the true key."""
    key = load_pem_private_key(env.token_private_key.get_secret_value().encode(), password=None)
    assert isinstance(key, RSAPrivateKey)
    words = b".".join(base64.urlsafe_b64encode(word).rstrip(b"=") for word in (header, payload))
    signature = key.sign(words, padding.PKCS1v15(), hashes.SHA256())
    return (words + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")).decode()


def _claims() -> dict[str, object]:
    now = int(time.time())
    ours = {"iss": "daengdaeng-main", "aud": "daengdaeng", "type": "access", "role": "customer", "jti": "a-name"}
    return {**ours, "sub": "5", "iat": now, "exp": now + 600}


def _opens(token: str) -> bool:
    try:
        identify(Presented(authorization=f"Bearer {token}", cookie_token=None))
    except InvalidToken:
        return False
    return True


@pytest.mark.unit
def test_odd_claims_are_accepted_here_exactly_when_the_table_for_all_services_says_so() -> None:
    wrong = [odd.name for odd in odd_claims(_claims()) if _opens(_signed(HEADER, odd.payload)) != odd.is_good]

    assert wrong == []


@pytest.mark.unit
def test_odd_headers_and_encodings_are_accepted_here_exactly_when_all_services_say_so() -> None:
    wrong = [
        odd for odd in odd_tokens(_claims()) if _opens(_signed(odd.header, odd.payload) + odd.behind) != odd.is_good
    ]

    assert wrong == []


@pytest.mark.unit
@pytest.mark.parametrize(
    "header",
    [
        b'{"alg":"none"}',
        b'{"alg":"HS256"}',
        b'{"alg":"RS256","crit":["exp"],"exp":1}',
        b'{"alg":"RS256","b64":false}',
        b'{"alg":["RS256"]}',
        b'{"alg":"RS256","x":1}',
        b'["RS256"]',
        b"[" * 2_500,
        b"\xff",
        b"",
    ],
)
def test_no_other_header_is_accepted_even_under_a_true_signature(header: bytes) -> None:
    payload = json.dumps(_claims()).encode()
    assert _opens(_signed(HEADER, payload))

    assert not _opens(_signed(header, payload))


@pytest.mark.unit
@pytest.mark.parametrize("payload", [b"", b"[]", b"7", b'{"exp":NaN}', b"[" * 2_500, b"\xff"])
def test_what_holds_no_claims_opens_nothing(payload: bytes) -> None:
    assert not _opens(_signed(HEADER, payload))


@pytest.mark.unit
def test_rehearsals_own_customers_have_nothing_to_do_here() -> None:
    assert not _opens(_signed(HEADER, json.dumps({**_claims(), "role": "simulated"}).encode()))


@pytest.mark.parametrize("how", ["header", "parameter"])
def test_a_page_of_one_account_does_not_act_as_the_other(
    client_of: Callable[[Account], APIClient], make_account: MakeAccount, how: str
) -> None:
    shown, signed_in = make_account(), make_account()
    client = client_of(signed_in)

    def ask(account: object) -> int:
        if how == "header":
            return client.get(ME, headers={"Salon-Account": str(account)}).status_code
        return client.get(ME, {"account": str(account)}).status_code

    assert ask(signed_in.pk) == 200
    for other in (shown.pk, "", f"0{signed_in.pk}", "somebody", f"{signed_in.pk},{shown.pk}"):
        assert ask(other) == 409
    answer = client.get(ME, headers={"Salon-Account": str(shown.pk)})
    assert answer.json()["code"] == "signed-in-as-another"


def test_nothing_is_written_for_a_page_of_another_account(make_account: MakeAccount, db: None) -> None:
    shown, signed_in = make_account(), make_account(role=Account.Role.OPERATOR)
    browser = APIClient()
    browser.cookies["salon_access"] = access_token_of(signed_in)

    answer = browser.post(
        "/api/v1/coupon-events", {"title": "x"}, format="json", headers={"Salon-Account": str(shown.pk)}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "signed-in-as-another")


@pytest.mark.unit
def test_a_query_of_a_thousand_names_names_nobody() -> None:
    token = _signed(HEADER, json.dumps(_claims()).encode())
    many = "&".join(["account=5"] * 1_000)

    with pytest.raises(Problem) as refused:
        identify(Presented(authorization=f"Bearer {token}", cookie_token=None, query_string=many))

    assert refused.value.code == "signed-in-as-another"
