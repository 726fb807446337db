"""Mails that wait to be sent: rows, so that a mail is there exactly when what it is about was committed."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.credentials.canonical import is_nobodys
from accounts.credentials.devices import account_digest
from accounts.models import AccountMail
from api.language import asked_language

# Enough to count a day of an address by.
KEPT = timedelta(days=2)


def write_to(
    address: str, kind: AccountMail.Kind, *, now: datetime, about_account: int | None = None, provider: str = ""
) -> None:
    """A mail to this canonical address, in the language of whoever asks. In the transaction of what it is about.

    Nothing where an account has no address.
    """
    if is_nobodys(address):
        return
    AccountMail.objects.create(
        kind=kind,
        address=address,
        address_digest=account_digest(address),
        about_account=about_account,
        provider=provider,
        language=asked_language(),
        created_at=now,
    )
