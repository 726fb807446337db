"""What coupon events may ask of an account. An access token says it as it was when the token was signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from accounts.models import Account


class Standing(NamedTuple):
    made_at: datetime
    email_confirmed: bool
    has_dog: bool

    def claims(self) -> dict[str, Any]:
        """By the names that `salon_contracts.http.access_tokens` reads."""
        return {
            "email_confirmed": self.email_confirmed,
            "account_made_at": int(self.made_at.timestamp()),
            "has_dog": self.has_dog,
        }


def standing_of(account: Account) -> Standing:
    return Standing(account.created_at, account.email_confirmed, account.dogs.exists())
