"""An account that is deleted (accounts/leaving): neither whom it blocked nor who blocked it is kept."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from blocks.models import Block


def forget_blocks(*, account_id: int, now: datetime) -> None:
    Block.objects.filter(Q(account_id=account_id) | Q(blocked_id=account_id)).delete()
