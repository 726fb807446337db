"""An account that is deleted (accounts/leaving) asks for nothing twice."""

from __future__ import annotations

from datetime import datetime

from idempotency.models import CarriedOut


def forget_keys(*, account_id: int, now: datetime) -> None:
    CarriedOut.objects.filter(account_id=account_id).delete()
