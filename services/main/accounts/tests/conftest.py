"""Somebody with a password, and how they sign in."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from accounts.models import Account
from conftest import MakeAccount

PASSWORD = "korong-korong-7"


def post_sign_in(client: APIClient, account: Account, kind: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    return client.post("/api/v1/sessions", {"email": account.email, "password": password, "client": kind})


@pytest.fixture
def member(make_account: MakeAccount) -> Account:
    return make_account(password=PASSWORD)
