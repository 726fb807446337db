"""When salons have time next, to be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from bookings.availability import taken_times
from bookings.models import Hold
from bookings.next_free.beginnings import beginnings_of
from bookings.next_free.keeping import is_good, soonest
from salons.models import FreeTimes, FreeTimesChange, Salon
from salons.slots import Slot


def next_free_of(salons: Sequence[Salon], *, now: datetime) -> Mapping[int, datetime | None]:
    """By the salon's id. What is kept says it, but for salons that changed since, or of whose time somebody holds some:
    for these it is worked out. Three queries for all, and a dozen at most for those."""
    ids = [salon.pk for salon in salons]
    kept = FreeTimes.objects.in_bulk(ids)
    unsure = set(FreeTimesChange.objects.filter(salon_id__in=ids).values_list("salon_id", flat=True))
    unsure |= set(
        Hold.objects.standing(now=now).filter(groomer__salon__in=ids).values_list("groomer__salon", flat=True)
    )
    good = {pk: row for pk, row in kept.items() if pk not in unsure and is_good(row, now=now)}
    found = beginnings_of([salon for salon in salons if salon.pk not in good], now=now, taken=partial(_taken, now=now))
    by_rules = {salon_id: each.moments[0] for salon_id, each in found.items() if each.moments}
    return {
        salon.pk: soonest(good[salon.pk], salon, now=now) if salon.pk in good else by_rules.get(salon.pk)
        for salon in salons
    }


def _taken(groomer_ids: Collection[int], within: Slot, *, now: datetime) -> Mapping[int, list[Slot]]:
    return taken_times(groomer_ids=groomer_ids, within=within, now=now)
