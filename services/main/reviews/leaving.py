"""An account that is deleted (accounts/leaving): its words go, its stars stay."""

from __future__ import annotations

from datetime import datetime

from reviews.models import Report, Review


def forget_words(*, account_id: int, now: datetime) -> None:
    """A salon's rating does not change because somebody leaves. Names are the account's, and are nobody's then."""
    Review.objects.filter(booking__customer_id=account_id).update(text="")
    Review.objects.filter(booking__groomer__account_id=account_id).update(reply="", replied_at=None)
    Report.objects.filter(account_id=account_id).delete()
