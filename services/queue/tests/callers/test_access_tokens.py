"""Our own reading of main's tokens lets nobody in whom PyJWT would refuse, and everybody whom main lets in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coupon_queue.callers.access_tokens import AccessTokens
from salon_contracts.http.access_tokens import BYTES_MAX
from salon_contracts.http.odd_claims import odd_claims, odd_tokens
from salon_contracts.http.problem import InvalidToken
from tests.harness.keys import Keys

pytestmark = pytest.mark.unit
HEADER = b'{"alg":"RS256","typ":"JWT"}'
LATER = int(time.time()) + 600
STRANGE_JSON = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.lists(st.text(), max_size=2)
)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Keys, AccessTokens]:
    keys = Keys(tmp_path_factory.mktemp("keys"))
    return keys, AccessTokens(public_keys_pem=keys.public_file.read_text())


def opens(tokens: AccessTokens, token: str) -> bool:
    try:
        tokens.verify(token)
    except InvalidToken:
        return False
    return True


def opens_with_pyjwt(keys: Keys, token: str) -> bool:
    """As this service did it before."""
    try:
        claims = jwt.decode(
            token,
            keys.public_file.read_bytes(),
            algorithms=["RS256"],
            audience="daengdaeng",
            issuer="daengdaeng-main",
            options={"require": ["exp", "iat", "sub", "jti"], "verify_iat": False},
        )
        return claims.get("type") == "access" and int(claims["sub"]) >= 0
    except (jwt.InvalidTokenError, ValueError):
        return False


@pytest.mark.parametrize(
    ("changes", "is_good"),
    [
        ({}, True),
        ({"role": "operator", "another": "member"}, True),
        ({"aud": ["else", "daengdaeng"]}, True),
        ({"nbf": 1}, True),
        ({"exp": 1}, False),
        ({"exp": int(time.time())}, False),
        ({"nbf": LATER}, False),
        ({"aud": "else"}, False),
        ({"aud": ["else"]}, False),
        ({"aud": None}, False),
        ({"iss": "else"}, False),
        ({"type": "refresh"}, False),
        ({"type": None}, False),
        ({"sub": "not-a-number"}, False),
        ({"sub": "-1"}, False),
        ({"sub": None}, False),
        ({"jti": None}, False),
        ({"iat": None}, False),
        ({"iat": LATER}, True),
        ({"exp": None}, False),
    ],
)
def test_a_token_is_good_exactly_when_pyjwt_says_so(
    both: tuple[Keys, AccessTokens], changes: dict[str, Any], *, is_good: bool
) -> None:
    keys, tokens = both
    claims = {name: value for name, value in {**keys.claims(5), **changes}.items() if value is not None}
    token = keys.signed(HEADER, json.dumps(claims).encode())

    assert opens(tokens, token) == opens_with_pyjwt(keys, token) == is_good


def test_the_account_and_its_role_are_what_main_signed(both: tuple[Keys, AccessTokens]) -> None:
    keys, tokens = both

    assert tokens.verify(keys.token(5))[:2] == (5, "customer")
    assert tokens.verify(keys.token(2**62, role="operator"))[:2] == (2**62, "operator")


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "none"},
        {"alg": "HS256"},
        {"alg": "RS512"},
        {"alg": "rs256"},
        {"typ": "JWT"},
        {"alg": "RS256", "crit": ["exp"], "exp": 1},
        {"alg": "RS256", "b64": False},
        ["RS256"],
    ],
)
def test_no_other_algorithm_is_accepted_even_under_a_true_signature(
    both: tuple[Keys, AccessTokens], header: object
) -> None:
    keys, tokens = both
    assert opens(tokens, keys.token(5)), "also after a good header was seen"

    token = keys.signed(json.dumps(header).encode(), json.dumps(keys.claims(5)).encode())

    assert not opens(tokens, token)


def test_a_token_signed_with_our_public_key_as_a_secret_opens_nothing(both: tuple[Keys, AccessTokens]) -> None:
    keys, tokens = both
    # PyJWT refuses to make such a token, so by hand.

    words = b".".join(
        base64.urlsafe_b64encode(word).rstrip(b"=")
        for word in (b'{"alg":"HS256","typ":"JWT"}', json.dumps(keys.claims(5)).encode())
    )
    mac = base64.urlsafe_b64encode(hmac.digest(keys.public_file.read_bytes(), words, hashlib.sha256)).rstrip(b"=")

    assert not opens(tokens, (words + b"." + mac).decode())
    assert not opens(tokens, (words + b".").decode())


def test_another_key_of_the_same_kind_opens_nothing(both: tuple[Keys, AccessTokens], tmp_path: Path) -> None:
    assert not opens(both[1], Keys(tmp_path).token(5))


@pytest.mark.parametrize("payload", [b"", b"{", b"[]", b"7", b'"text"', b"\xff\xfe", b'{"exp":NaN}'])
def test_what_holds_no_claims_opens_nothing(both: tuple[Keys, AccessTokens], payload: bytes) -> None:
    keys, tokens = both

    assert not opens(tokens, keys.signed(HEADER, payload))


def test_odd_claims_are_accepted_here_exactly_when_the_table_for_all_services_says_so(
    both: tuple[Keys, AccessTokens],
) -> None:
    keys, tokens = both

    wrong = [
        odd.name for odd in odd_claims(keys.claims(5)) if opens(tokens, keys.signed(HEADER, odd.payload)) != odd.is_good
    ]

    # Main also says when a token was made at the latest. Here a clock that is behind would cost people their places.
    assert [name for name in wrong if not name.startswith("iat ") or "future" not in name] == []


def test_odd_headers_and_encodings_are_accepted_here_exactly_when_all_services_say_so(
    both: tuple[Keys, AccessTokens],
) -> None:
    keys, tokens = both

    wrong = [
        odd
        for odd in odd_tokens(keys.claims(5))
        if opens(tokens, keys.signed(odd.header, odd.payload) + odd.behind) != odd.is_good
    ]

    assert wrong == []


@pytest.mark.parametrize("text", ["", ".", "..", "...", "a", "a.b", "x.y.z", "ü.ü.ü", "a.b.c.d", "\ud800.a.b"])
def test_what_is_no_token_opens_nothing(both: tuple[Keys, AccessTokens], text: str) -> None:
    assert not opens(both[1], text)


def test_a_token_that_is_too_large_is_not_looked_at(both: tuple[Keys, AccessTokens]) -> None:
    keys, tokens = both

    token = keys.token(5, more="x" * BYTES_MAX)

    assert opens_with_pyjwt(keys, token)
    assert not opens(tokens, token)


def test_the_same_signature_written_otherwise_opens_nothing(both: tuple[Keys, AccessTokens]) -> None:
    keys, tokens = both
    good = keys.token(5)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    # 256 bytes end in a letter of which four bits say nothing.
    assert letters.index(good[-1]) % 16 == 0
    otherwise = good[:-1] + letters[letters.index(good[-1]) + 1]

    assert opens(tokens, good)
    assert not opens(tokens, otherwise)
    assert not opens_with_pyjwt(keys, otherwise)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_token_with_one_character_altered_opens_nothing_that_pyjwt_keeps_shut(
    both: tuple[Keys, AccessTokens], data: st.DataObject
) -> None:
    keys, tokens = both
    good = keys.token(5)
    at = data.draw(st.integers(0, len(good) - 1))
    altered = good[:at] + data.draw(st.characters(codec="utf-8")) + good[at + 1 :]

    assert opens(tokens, good)
    assert not opens(tokens, altered) or opens_with_pyjwt(keys, altered)


@settings(deadline=None)
@given(name=st.sampled_from(["exp", "nbf", "iat", "iss", "aud", "sub", "jti", "type"]), value=STRANGE_JSON)
def test_a_strange_claim_opens_nothing_that_pyjwt_keeps_shut(
    both: tuple[Keys, AccessTokens], name: str, value: object
) -> None:
    keys, tokens = both
    token = keys.signed(HEADER, json.dumps({**keys.claims(5), name: value}).encode())

    assert not opens(tokens, token) or opens_with_pyjwt(keys, token)
