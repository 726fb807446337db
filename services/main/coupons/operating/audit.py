"""The audit log of operators' acts: written by the rule that acts, in its transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from api.callers.acting import By
from coupons.models import AuditEntry, CouponEvent
from salon_kit.tracing import bound_trace_id

Audited = Literal["create", "change", "publish", "open", "pause", "resume", "pace", "message", "close"]


def note_act(
    *,
    event: CouponEvent,
    act: Audited,
    was: Mapping[str, Any],
    became: Mapping[str, Any],
    by: By,
) -> None:
    """Write down one act that has just changed `event`: `event.revision` is the one after it.

    `was` and `became` are the fields that the act is about; those that stayed the same are left out.
    """
    facts = {field: [_plain(was.get(field)), _plain(value)] for field, value in became.items()}
    AuditEntry.objects.create(
        event=event,
        operator_id=by.account_id,
        act=act,
        acted_at=by.now,
        revision_before=event.revision - 1,
        revision_after=event.revision,
        facts={field: change for field, change in facts.items() if change[0] != change[1]},
        trace_id=bound_trace_id(),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
