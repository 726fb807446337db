"""The one way in which a hold begins, whoever chose it: it stands, and its end is due."""

from __future__ import annotations

from bookings.models import Hold
from due.services import record_due

HOLD_ENDS = "hold-ends"


def keep(hold: Hold) -> Hold:
    hold.save(force_insert=True)
    record_due(kind=HOLD_ENDS, reference=str(hold.pk), due_at=hold.held_until)
    return hold
