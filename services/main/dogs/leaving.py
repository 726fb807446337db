"""An account that is deleted (accounts/leaving): its dogs go. A booking keeps no dog of theirs."""

from __future__ import annotations

from datetime import datetime

from dogs.models import Dog


def forget_dogs(*, account_id: int, now: datetime) -> None:
    Dog.objects.filter(owner_id=account_id).delete()
