"""A customer keeps a salon, or lets it go. Both may be said twice."""

from __future__ import annotations

from django.db import transaction

from accounts.credentials.locking import lock_account
from accounts.models import Account
from api.callers.acting import By
from favourites.errors import TooManyFavourites
from favourites.models import Favourite
from salon_contracts.http.problem import NotFound
from salons.models import Salon

# Two pages of a list; who wants more wants a search.
MAX_FAVOURITES = 200


def keep_salon(*, salon_id: int, by: By) -> Favourite:
    """A second time changes nothing, its moment neither.

    Raises NotFound, TooManyFavourites; Forbidden if the account is no customer any more.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id, acts_as=Account.Role.CUSTOMER)
        if not Salon.objects.filter(pk=salon_id).exists():
            raise NotFound
        mine = Favourite.objects.select_related("salon__region").filter(customer_id=by.account_id)
        if (kept := mine.filter(salon_id=salon_id).first()) is not None:
            return kept
        if mine.count() >= MAX_FAVOURITES:
            raise TooManyFavourites(max_favourites=MAX_FAVOURITES)
        return Favourite.objects.create(customer_id=by.account_id, salon_id=salon_id, since=by.now)


def let_salon_go(*, salon_id: int, by: By) -> None:
    """It need not be kept, and need not be there."""
    Favourite.objects.filter(customer_id=by.account_id, salon_id=salon_id).delete()
