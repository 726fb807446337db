"""One account's acts one after the other, where a limit of that account is at stake (docs/locking.md)."""

from __future__ import annotations

from accounts.models import Account


def lock_account(*, account_id: int) -> None:
    """Until the end of the transaction. Before any other lock, so that its holder never waits with one in hand."""
    Account.objects.select_for_update().filter(pk=account_id).values_list("pk").first()
