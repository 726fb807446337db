"""Reading blocks."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from blocks.models import Block


def blocks_of(*, account_id: int) -> QuerySet[Block]:
    """Whom this account has blocked. By whom it is blocked nobody is told."""
    return Block.objects.select_related("blocked").filter(account_id=account_id)


def apart_from(*, account_id: int, others: Collection[int]) -> set[int]:
    """Those of these accounts who have blocked this one, or are blocked by it."""
    pairs = Block.objects.filter(
        Q(account_id=account_id, blocked_id__in=others) | Q(blocked_id=account_id, account_id__in=others)
    ).values_list("account_id", "blocked_id")
    return {other for pair in pairs for other in pair} - {account_id}
