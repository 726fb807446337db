"""An account blocks another, or lets it come again. Both may be said twice."""

from __future__ import annotations

from django.db import transaction

from accounts.credentials.locking import lock_account
from api.callers.acting import By
from blocks.errors import TooManyBlocks
from blocks.models import Block
from salons.models import Groomer

MAX_BLOCKS = 1000


def block(*, account_id: int, by: By) -> Block:
    """The caller has seen to it that the two have to do with each other. A second time changes nothing.

    What they agreed on before stands. Raises TooManyBlocks.
    """
    with transaction.atomic(durable=True):
        lock_account(account_id=by.account_id)
        _lock_groomer(account_id=by.account_id)
        mine = Block.objects.select_related("blocked").filter(account_id=by.account_id)
        if (standing := mine.filter(blocked_id=account_id).first()) is not None:
            return standing
        if mine.count() >= MAX_BLOCKS:
            raise TooManyBlocks(max_blocks=MAX_BLOCKS)
        return Block.objects.create(account_id=by.account_id, blocked_id=account_id, since=by.now)


def _lock_groomer(*, account_id: int) -> None:
    """Whoever books holds the groomer's row while they look: once somebody is blocked, no booking comes after."""
    list(Groomer.objects.select_for_update().filter(account_id=account_id))


def unblock(*, account_id: int, by: By) -> None:
    """They need not be blocked, and need not be there."""
    Block.objects.filter(account_id=by.account_id, blocked_id=account_id).delete()
