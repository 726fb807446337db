"""Reading accounts."""

from __future__ import annotations

from typing import Any

from accounts.models import Account
from salon_contracts.problem import InvalidToken


def active_account(*, account_id: int) -> Account:
    """Raises InvalidToken: a token may outlive its account by some minutes."""
    account = Account.objects.filter(pk=account_id, is_active=True).first()
    if account is None:
        raise InvalidToken
    return account


def shown(account: Account) -> dict[str, Any]:
    """An account as its owner sees it."""
    return {"id": account.pk, "email": account.email, "name": account.name, "role": account.role}
