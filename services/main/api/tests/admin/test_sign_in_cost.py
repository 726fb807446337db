"""How long a refusal takes does not tell whether there is such an account."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from accounts.credentials import hashers
from accounts.credentials.passwords import MAX_LENGTH, turn
from accounts.models import Account
from conftest import MakeAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def turns(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One entry for each password that was hashed."""
    taken: list[str] = []

    @contextmanager
    def counted() -> Iterator[None]:
        taken.append("turn")
        with turn():
            yield

    monkeypatch.setattr(hashers, "turn", counted)
    return taken


@pytest.mark.parametrize("length", [12, MAX_LENGTH + 1, 10_000])
def test_at_the_admin_a_wrong_password_of_any_length_costs_one_hash_whoever_is_named(
    make_account: MakeAccount, turns: list[str], length: int
) -> None:
    operator = make_account(role=Account.Role.OPERATOR, password="operators-only-6")
    costs = []

    for address in (operator.email, f"not-{operator.email}"):
        turns.clear()
        answer = Client().post("/admin/login/?next=/admin/", {"username": address, "password": "x" * length})
        assert answer.status_code == 200
        costs.append(len(turns))

    assert costs == [1, 1]
