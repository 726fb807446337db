"""How often one account may do a thing within any 24 hours, counted by the rows that it made."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

DAY = timedelta(days=1)


def seconds_to_wait(made: QuerySet[Any], *, made_at: str, at_most: int, now: datetime) -> int | None:
    """Until the account may make another row; None if it may now. `made_at` names the column with the moment of making.

    The caller holds the account's row, so that nobody makes another meanwhile.
    """
    lately = made.filter(**{f"{made_at}__gt": now - DAY}).order_by(made_at)
    moments = list(lately.values_list(made_at, flat=True))
    if len(moments) < at_most:
        return None
    return int((moments[-at_most] + DAY - now).total_seconds()) + 1
