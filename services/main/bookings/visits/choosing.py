"""Who of several groomers has a slot, or whether one has: asked by everybody who takes time, behind the lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from blocks.queries import apart_from
from bookings.availability import availability
from bookings.errors import SlotInPast, SlotNotOffered, SlotTaken
from bookings.limits import check_limits
from bookings.models import Booking, Hold
from salons.models import MOST_HORIZON_DAYS, Groomer
from salons.slots import DAY, Slot


def insist_on_near(starts_at: datetime, *, now: datetime) -> None:
    """Before anything is added to it: the calendar has an end. Raises SlotInPast, SlotNotOffered."""
    if starts_at <= now:
        raise SlotInPast
    if starts_at > now + (MOST_HORIZON_DAYS + 1) * DAY:
        raise SlotNotOffered


def not_blocked(groomers: Sequence[Groomer], *, customer_id: int) -> list[Groomer]:
    """Those who offer this customer anything. Raises SlotNotOffered: who has blocked whom is nobody's to know."""
    apart = apart_from(account_id=customer_id, others=[groomer.account_id for groomer in groomers])
    offering = [groomer for groomer in groomers if groomer.account_id not in apart]
    if not offering:
        raise SlotNotOffered
    return offering


def groomers_free_at(
    slot: Slot,
    groomers: Sequence[Groomer],
    *,
    customer_id: int,
    now: datetime,
    moving: Booking | None = None,
    held: Hold | None = None,
) -> list[Groomer]:
    """Of these groomers of one salon those who are free, fewest visits that day first. The caller holds their rows.

    `moving` is a booking of the customer's that would give its own time back, `held` their hold of this slot, whose
    notice is that of the moment at which it was held. Raises SlotNotOffered, SlotTaken, and
    what check_limits does.
    """
    salon = groomers[0].salon
    day = slot.starts_at.astimezone(salon.zone).date()
    found = availability(
        salon=salon,
        groomer_ids=[groomer.pk for groomer in groomers],
        duration=slot.ends_at - slot.starts_at,
        first_day=day,
        last_day=day,
        now=now if held is None else held.held_at,
        moving=moving,
        held=held,
    )
    if not any(slot in each.offered for each in found.values()):
        raise SlotNotOffered
    check_limits(customer_id=customer_id, slot=slot, now=now, moving=moving)
    free = [groomer for groomer in groomers if slot in found[groomer.pk].free]
    if not free:
        raise SlotTaken
    return sorted(free, key=lambda groomer: (len(found[groomer.pk].taken), groomer.pk))
