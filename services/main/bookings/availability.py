"""When groomers can be booked. What is shown and what may be booked are asked of this one function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from bookings.models import LONGEST, Booking, Hold, TimeOff
from salons.models import Salon
from salons.queries import breaks_of, closed_days_of, hours_of
from salons.slots import DAY, Slot, clear_of, days_around, slots_between, today


class Availability(NamedTuple):
    """`offered` is what salon and groomer offer, `free` is what nobody has booked of it; both in order and to come.

    `taken` are the times around them that others have, in order of their beginning.
    """

    offered: list[Slot]
    free: list[Slot]
    taken: list[Slot]


def availability(
    *,
    salon: Salon,
    groomer_ids: Collection[int],
    duration: timedelta,
    first_day: date,
    last_day: date,
    now: datetime,
    moving: Booking | None = None,
    held: Hold | None = None,
) -> dict[int, Availability]:
    """Of each of these groomers of the salon, of slots that begin on these days where the salon is.

    `moving` is a booking, and `held` a hold, whose own time counts as free; beside it the salon's buffer is that of the
    moment at which it was held, which its neighbours have kept since. Days that are over, or too far ahead, have
    none, whatever the calendar. A month of ten groomers takes as many queries as a day of one.
    """
    offered = _by_the_salon(salon, duration, first_day, last_day, now=now)
    if not offered:
        return {groomer_id: Availability([], [], []) for groomer_id in groomer_ids}
    within = Slot(offered[0].starts_at, max(slot.ends_at for slot in offered))
    away = times_off(groomer_ids=groomer_ids, within=within)
    buffer = salon.buffer if held is None else timedelta(0)
    around = _with_buffer(within, buffer)
    taken = taken_times(groomer_ids=groomer_ids, within=around, now=now, moving=moving, held=held)
    return {
        groomer_id: _of_groomer(offered, away.get(groomer_id, []), taken.get(groomer_id, []), buffer)
        for groomer_id in groomer_ids
    }


def _by_the_salon(salon: Salon, duration: timedelta, first_day: date, last_day: date, *, now: datetime) -> list[Slot]:
    """By hours, notice and horizon alone."""
    this_day = today(now=now, zone=salon.zone)
    first_day = max(first_day, this_day)
    last_day = min(last_day, this_day + salon.horizon_days * DAY)
    if last_day < first_day:
        return []
    around = days_around(first_day, last_day, duration=duration)
    by_hours = slots_between(
        hours=hours_of(salon_id=salon.pk),
        breaks=breaks_of(salon_id=salon.pk),
        closed=closed_days_of(salon_id=salon.pk, first_day=around[0], last_day=around[1]),
        duration=duration,
        first_day=first_day,
        last_day=last_day,
        zone=salon.zone,
    )
    return [slot for slot in by_hours if slot.starts_at > now + salon.notice]


def _of_groomer(slots: list[Slot], away: list[Slot], taken: list[Slot], buffer: timedelta) -> Availability:
    offered = clear_of(away, slots)
    return Availability(offered, clear_of([_with_buffer(slot, buffer) for slot in taken], offered), taken)


def taken_times(
    *,
    groomer_ids: Collection[int],
    within: Slot,
    now: datetime,
    moving: Booking | None = None,
    held: Hold | None = None,
) -> dict[int, list[Slot]]:
    """What bookings and holds, but for the one that moves or is held, take of their time, in order of its beginning."""
    then = {
        "groomer_id__in": groomer_ids,
        "starts_at__lt": within.ends_at,
        "starts_at__gt": within.starts_at - LONGEST,
        "ends_at__gt": within.starts_at,
    }
    booked = Booking.objects.filter(status=Booking.Status.CONFIRMED, **then)
    kept = Hold.objects.standing(now=now).filter(**then)
    times = _by_groomer(booked if moving is None else booked.exclude(pk=moving.pk))
    for groomer_id, slots in _by_groomer(kept if held is None else kept.exclude(pk=held.pk)).items():
        times[groomer_id] = sorted([*times.get(groomer_id, []), *slots])
    return times


def times_off(*, groomer_ids: Collection[int], within: Slot) -> dict[int, list[Slot]]:
    """When groomers are away, whatever the salon's hours are. Those of one person are few."""
    found = TimeOff.objects.filter(
        groomer_id__in=groomer_ids, starts_at__lt=within.ends_at, ends_at__gt=within.starts_at
    )
    return _by_groomer(found)


def _by_groomer(rows: QuerySet[Booking] | QuerySet[Hold] | QuerySet[TimeOff]) -> dict[int, list[Slot]]:
    times: defaultdict[int, list[Slot]] = defaultdict(list)
    for groomer_id, starts_at, ends_at in rows.values_list("groomer_id", "starts_at", "ends_at"):
        times[groomer_id].append(Slot(starts_at.astimezone(UTC), ends_at.astimezone(UTC)))
    return {groomer_id: sorted(slots) for groomer_id, slots in times.items()}


def _with_buffer(slot: Slot, buffer: timedelta) -> Slot:
    """With the time around it in which nothing else begins or ends."""
    return Slot(slot.starts_at - buffer, slot.ends_at + buffer)
