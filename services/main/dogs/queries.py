"""Reading dogs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from dogs.models import Dog
from salon_contracts.http.problem import NotFound


def dogs_of(*, account_id: int) -> QuerySet[Dog]:
    """Those of this owner. Others do not exist for them."""
    return Dog.objects.filter(owner_id=account_id)


def dogs_with_photos(*, account_id: int) -> QuerySet[Dog]:
    """For reading only: whoever locks a dog does not lock its photo."""
    return dogs_of(account_id=account_id).select_related("photo")


def dog_of(*, account_id: int, dog_id: UUID) -> Dog:
    """Raises NotFound."""
    dog = dogs_of(account_id=account_id).filter(pk=dog_id).first()
    if dog is None:
        raise NotFound
    return dog
