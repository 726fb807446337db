"""One step of an entry, by the table of states, behind its row's lock."""

from __future__ import annotations

from datetime import datetime

from bookings.models import Hold, WaitlistEntry
from bookings.waitlist.errors import WaitHasEnded
from bookings.waitlist.states import OVER, WaitAct, WaitState, after_step

MOST_MISSED = 3


def take_step(entry: WaitlistEntry, act: WaitAct, *, now: datetime) -> None:
    """Raises WaitHasEnded where the table has no such step."""
    state = after_step(act, WaitState(entry.state))
    if state is None:
        raise WaitHasEnded(state=entry.state)
    entry.state = state
    entry.ended_at = now if state in OVER else None
    entry.save(update_fields=["state", "missed", "ended_at"])


def offer_ended(hold: Hold, how: WaitAct, *, now: datetime) -> None:
    """The hold of an offer has ended so: whose offer it was goes on. The caller holds the groomer's row."""
    if hold.offer_of_id is None:
        return
    entry = WaitlistEntry.objects.select_for_update().filter(pk=hold.offer_of_id, state=WaitState.OFFERED).first()
    if entry is None:
        return
    if how == "miss":
        entry.missed += 1
        take_step(entry, "lapse" if entry.missed >= MOST_MISSED else "miss", now=now)
    else:
        take_step(entry, how, now=now)
