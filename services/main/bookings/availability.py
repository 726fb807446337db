"""When groomers can be booked. What is shown and what may be booked are asked of this one function."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet

from bookings.models import LONGEST, Booking, Hold, TimeOff
from salons.models import Salon
from salons.queries import Times, times_of
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
    if (days := bookable_days(salon, first_day, last_day, now=now)) is None:
        return {groomer_id: Availability([], [], []) for groomer_id in groomer_ids}
    around = days_around(*days, duration=duration)
    times = times_of(salon_ids=[salon.pk], first_day=around[0], last_day=around[1])[salon.pk]
    offered = offered_by(salon, times, duration, days, now=now)
    if not offered:
        return {groomer_id: Availability([], [], []) for groomer_id in groomer_ids}
    within = Slot(offered[0].starts_at, max(slot.ends_at for slot in offered))
    away = times_off(groomer_ids=groomer_ids, within=within)
    buffer = salon.buffer if held is None else timedelta(0)
    taken = taken_times(groomer_ids=groomer_ids, within=with_buffer(within, buffer), now=now, moving=moving, held=held)
    return {
        groomer_id: of_groomer(offered, away.get(groomer_id, []), taken.get(groomer_id, []), buffer)
        for groomer_id in groomer_ids
    }


def bookable_days(salon: Salon, first_day: date, last_day: date, *, now: datetime) -> tuple[date, date] | None:
    """Of these days the first and the last that are not over, nor beyond the horizon."""
    this_day = today(now=now, zone=salon.zone)
    days = max(first_day, this_day), min(last_day, this_day + salon.horizon_days * DAY)
    return days if days[0] <= days[1] else None


def offered_by(
    salon: Salon, times: Times, duration: timedelta, days: tuple[date, date], *, now: datetime
) -> list[Slot]:
    """By hours and notice alone."""
    by_hours = slots_between(
        hours=times.hours,
        breaks=times.breaks,
        closed=times.closed,
        duration=duration,
        first_day=days[0],
        last_day=days[1],
        zone=salon.zone,
    )
    return [slot for slot in by_hours if slot.starts_at > now + salon.notice]


def of_groomer(slots: list[Slot], away: list[Slot], taken: list[Slot], buffer: timedelta) -> Availability:
    offered = clear_of(away, slots)
    return Availability(offered, clear_of([with_buffer(slot, buffer) for slot in taken], offered), taken)


def taken_times(
    *,
    groomer_ids: Collection[int],
    within: Slot,
    now: datetime,
    moving: Booking | None = None,
    held: Hold | None = None,
) -> dict[int, list[Slot]]:
    """What bookings and holds, but for the one that moves or is held, take of their time, in order of its beginning."""
    times = booked_times(groomer_ids=groomer_ids, within=within, moving=moving)
    kept = Hold.objects.standing(now=now).filter(**_then(groomer_ids, within))
    for groomer_id, slots in _by_groomer(kept if held is None else kept.exclude(pk=held.pk)).items():
        times[groomer_id] = sorted([*times.get(groomer_id, []), *slots])
    return times


def booked_times(*, groomer_ids: Collection[int], within: Slot, moving: Booking | None = None) -> dict[int, list[Slot]]:
    """What bookings take, holds left aside."""
    booked = Booking.objects.filter(status=Booking.Status.CONFIRMED, **_then(groomer_ids, within))
    return _by_groomer(booked if moving is None else booked.exclude(pk=moving.pk))


def _then(groomer_ids: Collection[int], within: Slot) -> dict[str, Any]:
    return {
        "groomer_id__in": groomer_ids,
        "starts_at__lt": within.ends_at,
        "starts_at__gt": within.starts_at - LONGEST,
        "ends_at__gt": within.starts_at,
    }


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


def with_buffer(slot: Slot, buffer: timedelta) -> Slot:
    """With the time around it in which nothing else begins or ends."""
    return Slot(slot.starts_at - buffer, slot.ends_at + buffer)
