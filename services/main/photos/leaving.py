"""An account that is deleted (accounts/leaving): its photos are due. What a salon shows stays, as the salon's."""

from __future__ import annotations

from datetime import datetime

from photos.models import Photo


def forget_photos(*, account_id: int, now: datetime) -> None:
    mine = Photo.objects.filter(account_id=account_id)
    mine.filter(salon__isnull=False).update(account=None)
    mine.update(account=None, dog=None, remove_at=now, state=Photo.State.REMOVED)
