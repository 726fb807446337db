"""Reading photos."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from photos.models import Photo
from salon_contracts.http.problem import NotFound


def photos_of(*, account_id: int) -> QuerySet[Photo]:
    """Those that this account uploaded. Others do not exist for it."""
    return Photo.objects.filter(account_id=account_id).exclude(state=Photo.State.REMOVED)


def photo_of(*, account_id: int, photo_id: UUID) -> Photo:
    """Raises NotFound."""
    photo = photos_of(account_id=account_id).filter(pk=photo_id).first()
    if photo is None:
        raise NotFound
    return photo
