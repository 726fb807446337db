"""When many salons have time, by the rules of bookings.availability: as many queries for a page of them as for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import Min

from bookings.availability import bookable_days, booked_times, of_groomer, offered_by, times_off, with_buffer
from salons.models import MOST_HORIZON_DAYS, Groomer, Salon, Treatment
from salons.queries import times_of
from salons.slots import DAY, Slot, today

# Most salons have time within two days; only of the others more is worked out.
LOOKED_AHEAD = (2, 14, MOST_HORIZON_DAYS)

Taken = Callable[[Collection[int], Slot], Mapping[int, list[Slot]]]


class Beginnings(NamedTuple):
    """`moments` in order, when somebody of a salon has time for the shortest thing that it offers; all of those before
    `known_until`. None of them: as far ahead as it takes bookings."""

    moments: list[datetime]
    known_until: datetime


class _Asked(NamedTuple):
    salon: Salon
    groomer_ids: list[int]
    duration: timedelta


def without_holds(groomer_ids: Collection[int], within: Slot) -> Mapping[int, list[Slot]]:
    return booked_times(groomer_ids=groomer_ids, within=within)


def beginnings_of(salons: Sequence[Salon], *, now: datetime, taken: Taken = without_holds) -> dict[int, Beginnings]:
    """By the salon's id; of those that offer nothing, or have nobody or no hours, nothing. `taken`: what takes time."""
    found: dict[int, Beginnings] = {}
    left = list(_asked(salons))
    for days in LOOKED_AHEAD:
        if not left:
            break
        found |= _within(left, days, now=now, taken=taken)
        left = [
            asked
            for asked in left
            if (known := found.get(asked.salon.pk)) and not known.moments and asked.salon.horizon_days > days
        ]
    return found


def _asked(salons: Sequence[Salon]) -> Iterator[_Asked]:
    ids = [salon.pk for salon in salons]
    groomers: defaultdict[int, list[int]] = defaultdict(list)
    for salon_id, groomer_id in Groomer.objects.filter(salon__in=ids).order_by("pk").values_list("salon_id", "pk"):
        groomers[salon_id].append(groomer_id)
    columns = ("minutes_small", "minutes_medium", "minutes_large")
    shortest = Treatment.objects.filter(salon__in=ids).values_list("salon_id").annotate(*map(Min, columns))
    minutes = {salon_id: min(each) for salon_id, *each in shortest.order_by()}
    for salon in salons:
        if salon.pk in groomers and salon.pk in minutes:
            yield _Asked(salon, groomers[salon.pk], timedelta(minutes=minutes[salon.pk]))


def _within(asked: Sequence[_Asked], days: int, *, now: datetime, taken: Taken) -> dict[int, Beginnings]:
    """On today and so many days after it, where each salon is."""
    offered, known_until = _offered(asked, days, now=now)
    groomer_ids = [groomer_id for one in asked if offered.get(one.salon.pk) for groomer_id in one.groomer_ids]
    away: Mapping[int, list[Slot]] = {}
    busy: Mapping[int, list[Slot]] = {}
    if groomer_ids:
        slots = [slot for each in offered.values() for slot in (each[:1] + each[-1:])]
        within = Slot(min(slots).starts_at, max(slot.ends_at for slot in slots))
        away = times_off(groomer_ids=groomer_ids, within=within)
        busy = taken(groomer_ids, with_buffer(within, max(one.salon.buffer for one in asked)))
    found = {}
    for salon, ids, _ in asked:
        if salon.pk in offered:
            each = (
                of_groomer(offered[salon.pk], away.get(one, []), busy.get(one, []), salon.buffer).free for one in ids
            )
            moments = sorted({slot.starts_at for free in each for slot in free})
            found[salon.pk] = Beginnings(moments, known_until[salon.pk])
    return found


def _offered(asked: Sequence[_Asked], days: int, *, now: datetime) -> tuple[dict[int, list[Slot]], dict[int, datetime]]:
    """Of those that have hours, what they offer, and until when all of that is known."""
    longest = 1 + max(one.duration for one in asked) // DAY
    this_day = now.date()
    # Whatever day it is where each salon is, and the days around it.
    ids = [one.salon.pk for one in asked]
    times = times_of(salon_ids=ids, first_day=this_day - 2 * DAY, last_day=this_day + (days + longest + 1) * DAY)
    offered, known_until = {}, {}
    for salon, _, duration in asked:
        here = today(now=now, zone=salon.zone)
        looked_at = bookable_days(salon, here, here + days * DAY, now=now)
        if times[salon.pk].hours and looked_at is not None:
            offered[salon.pk] = offered_by(salon, times[salon.pk], duration, looked_at, now=now)
            known_until[salon.pk] = midnight_after(looked_at[1], salon)
    return offered, known_until


def midnight_after(day: date, salon: Salon) -> datetime:
    """Where it is."""
    return datetime.combine(day + DAY, time(), tzinfo=salon.zone)
