"""A key that moves money is for production, and half a set of keys is none."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from config.env import env
from config.payment_settings import PaymentSettings
from payments.provider.here import provider_of


def _settings(where: str, client_key: str, secret_key: str) -> PaymentSettings:
    keys = {"toss_client_id": client_key, "toss_secret_key": SecretStr(secret_key) if secret_key else None}
    chosen = env.model_copy(update={**keys, "salon_env": where})
    check: Any = PaymentSettings._keys_are_a_set_and_live_ones_are_for_production
    checked: PaymentSettings = check(chosen)
    return checked


@pytest.mark.parametrize("where", ["local", "test", "staging"])
def test_a_live_key_is_refused_outside_production(where: str) -> None:
    with pytest.raises(ValueError, match="moves money"):
        _settings(where, "live_ck_1", "live_sk_1")
    assert provider_of(_settings("production", "live_ck_1", "live_sk_1")) is not None


@pytest.mark.parametrize("keys", [("test_ck_1", ""), ("", "test_sk_1"), ("live_ck_1", "test_sk_1")])
def test_keys_are_of_one_set(keys: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="toss_client_id and toss_secret_key"):
        _settings("production", *keys)


def test_without_keys_nobody_is_paid_ahead() -> None:
    assert provider_of(_settings("local", "", "")) is None
