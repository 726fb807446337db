"""One account's acts one after the other, where a limit of that account is at stake (docs/locking.md)."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import Account
from salon_contracts.http.problem import Forbidden


def lock_account(*, account_id: int, acts_as: str | None = None) -> None:
    """Until the end of the transaction. Before any other lock, so that its holder never waits with one in hand.

    `acts_as` is the role in which the account is about to leave a row: its token said so when it was signed, and an
    operator may have given it another since. Raises Forbidden.
    """
    role = Account.objects.select_for_update().filter(pk=account_id).values_list("role", flat=True).first()
    if acts_as is not None and role != acts_as:
        raise Forbidden


def lock_accounts(account_ids: Iterable[int]) -> None:
    """Several, in one order. What is no account's id is passed over."""
    found = Account.objects.select_for_update().filter(pk__in=set(account_ids)).order_by("pk")
    list(found.values_list("pk"))
