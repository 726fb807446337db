"""When groomers can be booked. What is shown and what may be booked are asked of this one function."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from bookings.models import LONGEST, Booking, TimeOff
from salons.models import Salon
from salons.queries import breaks_of, closed_days_of, hours_of
from salons.slots import DAY, Slot, slots_between, today


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
) -> dict[int, Availability]:
    """Of each of these groomers of the salon, of slots that begin on these days where the salon is.

    `moving` is a booking whose own time counts as free. Days that are over, or too far ahead, have none, whatever the
    calendar. A month of ten groomers takes as many queries as a day of one.
    """
    offered = _by_the_salon(salon, duration, first_day, last_day, now=now)
    if not offered:
        return {groomer_id: Availability([], [], []) for groomer_id in groomer_ids}
    within = Slot(offered[0].starts_at, max(slot.ends_at for slot in offered))
    away = times_off(groomer_ids=groomer_ids, within=within)
    taken = taken_times(groomer_ids=groomer_ids, within=_with_buffer(within, salon.buffer), moving=moving)
    return {
        groomer_id: _of_groomer(offered, away.get(groomer_id, []), taken.get(groomer_id, []), salon.buffer)
        for groomer_id in groomer_ids
    }


def _by_the_salon(salon: Salon, duration: timedelta, first_day: date, last_day: date, *, now: datetime) -> list[Slot]:
    """By hours, notice and horizon alone."""
    this_day = today(now=now, zone=salon.zone)
    first_day = max(first_day, this_day)
    last_day = min(last_day, this_day + salon.horizon_days * DAY)
    if last_day < first_day:
        return []
    by_hours = slots_between(
        hours=hours_of(salon_id=salon.pk),
        breaks=breaks_of(salon_id=salon.pk),
        # The late hours of the day before are on the first day too.
        closed=closed_days_of(salon_id=salon.pk, first_day=first_day - DAY, last_day=last_day + DAY),
        duration=duration,
        first_day=first_day,
        last_day=last_day,
        zone=salon.zone,
    )
    return [slot for slot in by_hours if slot.starts_at > now + salon.notice]


def _of_groomer(slots: list[Slot], away: list[Slot], taken: list[Slot], buffer: timedelta) -> Availability:
    offered = _without(slots, away)
    return Availability(offered, _without(offered, [_with_buffer(slot, buffer) for slot in taken]), taken)


def taken_times(*, groomer_ids: Collection[int], within: Slot, moving: Booking | None = None) -> dict[int, list[Slot]]:
    """What confirmed bookings, but for the one that moves, take of these groomers' time, in order of its beginning."""
    found = Booking.objects.filter(
        groomer_id__in=groomer_ids,
        status=Booking.Status.CONFIRMED,
        starts_at__lt=within.ends_at,
        starts_at__gt=within.starts_at - LONGEST,
        ends_at__gt=within.starts_at,
    )
    return _by_groomer(found if moving is None else found.exclude(pk=moving.pk))


def times_off(*, groomer_ids: Collection[int], within: Slot) -> dict[int, list[Slot]]:
    """When groomers are away, whatever the salon's hours are. Those of one person are few."""
    found = TimeOff.objects.filter(
        groomer_id__in=groomer_ids, starts_at__lt=within.ends_at, ends_at__gt=within.starts_at
    )
    return _by_groomer(found)


def _by_groomer(rows: QuerySet[Booking] | QuerySet[TimeOff]) -> dict[int, list[Slot]]:
    times: defaultdict[int, list[Slot]] = defaultdict(list)
    for groomer_id, starts_at, ends_at in rows.values_list("groomer_id", "starts_at", "ends_at"):
        times[groomer_id].append(Slot(starts_at.astimezone(UTC), ends_at.astimezone(UTC)))
    return {groomer_id: sorted(slots) for groomer_id, slots in times.items()}


def _with_buffer(slot: Slot, buffer: timedelta) -> Slot:
    """With the time around it in which nothing else begins or ends."""
    return Slot(slot.starts_at - buffer, slot.ends_at + buffer)


def _without(slots: list[Slot], taken: Iterable[Slot]) -> list[Slot]:
    """Those that overlap none of these, which are in order of their beginning."""
    busy = _joined(taken)
    starts = [slot.starts_at for slot in busy]
    free = []
    for slot in slots:
        # Of times that do not overlap each other, only the last that begins before the slot's end can reach into it.
        before = bisect_left(starts, slot.ends_at)
        if not before or not busy[before - 1].overlaps(slot):
            free.append(slot)
    return free


def _joined(times: Iterable[Slot]) -> list[Slot]:
    """As few as possible that cover the same; `times` are in order of their beginning."""
    joined: list[Slot] = []
    for slot in times:
        if joined and slot.starts_at <= joined[-1].ends_at:
            joined[-1] = Slot(joined[-1].starts_at, max(joined[-1].ends_at, slot.ends_at))
        else:
            joined.append(slot)
    return joined
