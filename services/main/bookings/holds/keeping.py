"""The one way in which a hold begins, whoever chose it, and is kept for longer: it stands, and its end is due."""

from __future__ import annotations

from datetime import datetime

from bookings.models import Hold
from due.services import record_due

HOLD_ENDS = "hold-ends"
LONGER_HOLD_ENDS = "longer-hold-ends"


def keep(hold: Hold) -> Hold:
    hold.needs_payment = hold.price > 0 and hold.groomer.salon.prepayment
    hold.save(force_insert=True)
    record_due(kind=HOLD_ENDS, reference=str(hold.pk), due_at=hold.held_until)
    return hold


def keep_longer(hold: Hold, *, until: datetime) -> None:
    """Until then at least, and not after it begins. The caller holds the groomer's row and the hold's; it stands."""
    until = min(until, hold.starts_at)
    if until <= hold.held_until:
        return
    hold.held_until = until
    hold.save(update_fields=["held_until"])
    # The act of the end that it had before finds that it has not come.
    record_due(kind=LONGER_HOLD_ENDS, reference=f"{hold.pk}:{int(until.timestamp())}", due_at=until)
