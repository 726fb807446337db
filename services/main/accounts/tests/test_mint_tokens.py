"""Many signed-in customers at once."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from accounts.models import Account
from salon_contracts.events.coupons import FIRST_SIMULATED_ACCOUNT

pytestmark = pytest.mark.django_db


def _minted(customers: int) -> list[dict[str, object]]:
    out = StringIO()
    call_command("mint_tokens", customers=customers, stdout=out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_minted_token_is_one_customers_and_minting_again_makes_no_new_ones(stranger: APIClient) -> None:
    first = _minted(30)
    again = _minted(50)

    assert [one["id"] for one in again[:30]] == [one["id"] for one in first]
    assert len({one["id"] for one in again}) == Account.objects.count() == 50
    me = stranger.get("/api/v1/accounts/me", headers={"Authorization": f"Bearer {again[-1]['access_token']}"}).json()
    assert (me["id"], me["role"], me["email"]) == (again[-1]["id"], "customer", "customer0050@daengdaeng.test")


def test_nobody_signs_in_to_a_minted_account_with_a_password() -> None:
    _minted(1)

    assert not Account.objects.get().has_usable_password()


def test_simulated_customers_have_tokens_and_no_accounts() -> None:
    out = StringIO()

    call_command("mint_tokens", customers=3, simulated=True, stdout=out)

    minted = [json.loads(line)["id"] for line in out.getvalue().splitlines()]
    assert minted == [FIRST_SIMULATED_ACCOUNT + number for number in range(3)]
    assert not Account.objects.exists()
