"""When a groomer can be booked. What is shown and what may be booked are asked of this one function."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bookings.models import LONGEST, Booking, TimeOff
from salons.models import Groomer
from salons.queries import breaks_of, closed_days_of, hours_of
from salons.slots import DAY, Slot, slots_between, today


class Availability(NamedTuple):
    """`offered` is what salon and groomer offer, `free` is what nobody has booked of it; both in order and to come."""

    offered: list[Slot]
    free: list[Slot]


def availability(
    *, groomer: Groomer, duration: timedelta, first_day: date, last_day: date, now: datetime
) -> Availability:
    """Of slots that begin on these days. Days that are over, or too far ahead, have none, whatever the calendar."""
    salon = groomer.salon
    first_day = max(first_day, today(now=now))
    last_day = min(last_day, today(now=now) + salon.horizon_days * DAY)
    if last_day < first_day:
        return Availability([], [])
    by_hours = slots_between(
        hours=hours_of(salon_id=salon.pk),
        breaks=breaks_of(salon_id=salon.pk),
        # The late hours of the day before are on the first day too.
        closed=closed_days_of(salon_id=salon.pk, first_day=first_day - DAY, last_day=last_day + DAY),
        duration=duration,
        first_day=first_day,
        last_day=last_day,
    )
    coming = [slot for slot in by_hours if slot.starts_at > now + salon.notice]
    if not coming:
        return Availability([], [])
    within = Slot(coming[0].starts_at, max(slot.ends_at for slot in coming))
    offered = _without(coming, times_off(groomer_id=groomer.pk, within=within))
    taken = taken_times(groomer_id=groomer.pk, within=_with_buffer(within, salon.buffer))
    return Availability(offered, _without(offered, [_with_buffer(slot, salon.buffer) for slot in taken]))


def taken_times(*, groomer_id: int, within: Slot) -> list[Slot]:
    """What confirmed bookings take of this groomer's time, in order of its beginning."""
    found = Booking.objects.filter(
        groomer_id=groomer_id,
        status=Booking.Status.CONFIRMED,
        starts_at__lt=within.ends_at,
        starts_at__gt=within.starts_at - LONGEST,
        ends_at__gt=within.starts_at,
    ).values_list("starts_at", "ends_at")
    return sorted(Slot(starts_at.astimezone(UTC), ends_at.astimezone(UTC)) for starts_at, ends_at in found)


def times_off(*, groomer_id: int, within: Slot) -> list[Slot]:
    """When the groomer is away, whatever the salon's hours are. Those of one person are few."""
    found = TimeOff.objects.filter(
        groomer_id=groomer_id, starts_at__lt=within.ends_at, ends_at__gt=within.starts_at
    ).values_list("starts_at", "ends_at")
    return sorted(Slot(starts_at.astimezone(UTC), ends_at.astimezone(UTC)) for starts_at, ends_at in found)


def _with_buffer(slot: Slot, buffer: timedelta) -> Slot:
    """With the time around it in which nothing else begins or ends."""
    return Slot(slot.starts_at - buffer, slot.ends_at + buffer)


def _without(slots: list[Slot], taken: list[Slot]) -> list[Slot]:
    return [slot for slot in slots if not any(slot.overlaps(other) for other in taken)]
