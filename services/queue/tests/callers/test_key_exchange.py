"""Main exchanges its keys: both are read for a while, and a token is bound to the one that it names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from coupon_queue.callers.access_tokens import AccessTokens
from salon_contracts.http.problem import InvalidToken
from tests.harness.keys import Keys

pytestmark = pytest.mark.unit


def opens(tokens: AccessTokens, token: str) -> bool:
    try:
        tokens.verify(token)
    except InvalidToken:
        return False
    return True


class _Exchange:
    """Main's old key and its new one."""

    def __init__(self, folder: Path) -> None:
        for name in ("old", "new"):
            (folder / name).mkdir()
        self.old, self.new = Keys(folder / "old"), Keys(folder / "new")

    def pems(self, *keys: Keys) -> str:
        return "\n".join(one.public_file.read_text() for one in keys)

    def token(self, keys: Keys, *, named: bool = True) -> str:
        header = {"alg": "RS256", "typ": "JWT", **({"kid": keys.key_id} if named else {})}
        return keys.signed(json.dumps(header).encode(), json.dumps(keys.claims(5)).encode())


@pytest.mark.parametrize("named", [True, False], ids=["by id", "without an id"])
def test_while_keys_are_exchanged_both_open_and_afterwards_only_the_new_one(*, named: bool, tmp_path: Path) -> None:
    exchange = _Exchange(tmp_path)
    old, new = (exchange.token(keys, named=named) for keys in (exchange.old, exchange.new))
    tokens = AccessTokens(public_keys_pem=exchange.pems(exchange.old))
    assert [opens(tokens, old), opens(tokens, new)] == [True, False]

    tokens.take(exchange.pems(exchange.old, exchange.new))
    assert [opens(tokens, old), opens(tokens, new)] == [True, True]

    tokens.take(exchange.pems(exchange.new))
    assert [opens(tokens, old), opens(tokens, new)] == [False, True]


def test_a_token_that_names_one_of_our_keys_and_was_signed_with_the_other_is_refused(tmp_path: Path) -> None:
    exchange = _Exchange(tmp_path)
    tokens = AccessTokens(public_keys_pem=exchange.pems(exchange.old, exchange.new))
    header = json.dumps({"alg": "RS256", "typ": "JWT", "kid": exchange.old.key_id}).encode()

    assert not opens(tokens, exchange.new.signed(header, json.dumps(exchange.new.claims(5)).encode()))


def test_keys_that_are_none_change_nothing(tmp_path: Path) -> None:
    exchange = _Exchange(tmp_path)
    tokens = AccessTokens(public_keys_pem=exchange.pems(exchange.old))

    with pytest.raises(ValueError, match=r".+"):
        tokens.take("nothing")

    assert opens(tokens, exchange.token(exchange.old))
