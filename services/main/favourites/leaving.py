"""An account that is deleted (accounts/leaving): what it kept goes."""

from __future__ import annotations

from datetime import datetime

from favourites.models import Favourite


def forget_favourites(*, account_id: int, now: datetime) -> None:
    Favourite.objects.filter(customer_id=account_id).delete()
