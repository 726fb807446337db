"""Whoever asks with more parameters than anybody has is refused, at every address and whoever it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from api.tests.test_methods import ADDRESSES
from conftest import MakeAccount
from salon_contracts.http.problem import MEDIA_TYPE

pytestmark = pytest.mark.django_db
QUERY = "&".join(["x=1"] * 1_001)


@pytest.mark.parametrize("role", [None, *Account.Role.values])
def test_no_address_fails_over_a_thousand_and_one_parameters(
    role: str | None, make_account: MakeAccount, client_of: Callable[[Account], APIClient]
) -> None:
    client = client_of(make_account(role=role)) if role else APIClient()
    client.raise_request_exception = False

    answers = {address: client.get(f"{address}?{QUERY}") for address in ADDRESSES}

    assert {address: one.status_code for address, one in answers.items() if one.status_code >= 500} == {}
    refused = [one for one in answers.values() if one.status_code == 400]
    assert refused
    assert {(one.json()["code"], one.headers["Content-Type"]) for one in refused} == {("bad-request", MEDIA_TYPE)}
