"""Reading favourites."""

from __future__ import annotations

from django.db.models import QuerySet

from favourites.models import Favourite


def favourites_of(*, account_id: int) -> QuerySet[Favourite]:
    """With what a list of salons shows."""
    return (
        Favourite.objects.select_related("salon__region", "salon__rating")
        .prefetch_related("salon__photos")
        .filter(customer_id=account_id)
    )
