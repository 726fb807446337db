"""Doing once what is asked for twice. A rule calls both functions in its own transaction."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from api.callers.acting import By
from idempotency.errors import KeyUsedForAnother
from idempotency.models import CarriedOut

KEPT = timedelta(days=2)
_CLEARED_AT_ONCE = 50


def made_by_same_request(*, by: By) -> UUID | None:
    """What the same request made before, if it was carried out. The caller holds the account's row (`lock_account`).

    Raises KeyUsedForAnother.
    """
    if by.key is None:
        return None
    earlier = CarriedOut.objects.filter(account_id=by.account_id, key=by.key.key, at__gt=by.now - KEPT).first()
    if earlier is None:
        return None
    if earlier.asked != by.key.asked:
        raise KeyUsedForAnother
    return earlier.made


def note_carried_out(made: UUID, *, by: By) -> None:
    """Remember it for two days. What this account left longer ago is deleted by the way."""
    if by.key is None:
        return
    over = CarriedOut.objects.filter(account_id=by.account_id, at__lte=by.now - KEPT)
    CarriedOut.objects.filter(pk__in=list(over.values_list("pk", flat=True)[:_CLEARED_AT_ONCE])).delete()
    CarriedOut.objects.update_or_create(
        account_id=by.account_id,
        key=by.key.key,
        defaults={"asked": by.key.asked, "made": made, "at": by.now},
    )
