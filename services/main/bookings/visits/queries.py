"""When a salon has time for a visit, whoever of its groomers it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from bookings.availability import availability
from bookings.models import BookedTreatment
from bookings.queries import days_after
from bookings.visits.asked import AskedTreatment, duration_of, total_of, visit_of
from salon_contracts.http.problem import NotFound
from salons.models import Groomer, Salon
from salons.policies.cancellation import Policy
from salons.slots import Slot, today


class OpenSlot(NamedTuple):
    """`groomers` are the ids of those who are free."""

    starts_at: datetime
    ends_at: datetime
    groomers: list[int]


class OpenTimes(NamedTuple):
    """What the visit takes and costs (`price` in won, by parts in `visit`), and when it can be: `items` in order."""

    visit: list[BookedTreatment]
    minutes: int
    price: int
    time_zone: str
    cancellation_policy: Policy
    today: date
    items: list[OpenSlot]


def open_times(
    asked: Sequence[AskedTreatment],
    *,
    salon_id: int,
    groomer_id: int | None,
    first_day: date | None,
    days: int,
    now: datetime,
) -> OpenTimes:
    """From today on if no day is said; of one groomer of the salon, or of all.

    Raises NotFound (no such salon, no such groomer of it), InvalidInput (no such treatment).
    """
    salon = Salon.objects.filter(pk=salon_id).first()
    if salon is None:
        raise NotFound
    groomer_ids = _groomer_ids(salon, groomer_id)
    visit = visit_of(asked, salon_id=salon_id, dogs={})
    this_day = today(now=now, zone=salon.zone)
    first_day = first_day or this_day
    items = open_slots_of(
        salon,
        groomer_ids,
        duration=duration_of(visit),
        first_day=first_day,
        last_day=days_after(first_day, days - 1),
        now=now,
    )
    minutes = sum(booked.minutes for booked in visit)
    return OpenTimes(visit, minutes, total_of(visit), salon.time_zone, salon.policy, this_day, items)


def _groomer_ids(salon: Salon, groomer_id: int | None) -> list[int]:
    groomers = Groomer.objects.filter(salon=salon)
    if groomer_id is None:
        return list(groomers.order_by("pk").values_list("pk", flat=True))
    if not groomers.filter(pk=groomer_id).exists():
        raise NotFound
    return [groomer_id]


def open_slots_of(
    salon: Salon, groomer_ids: Sequence[int], *, duration: timedelta, first_day: date, last_day: date, now: datetime
) -> list[OpenSlot]:
    """When at least one of these has so much time, with those who have, in order."""
    found = availability(
        salon=salon, groomer_ids=groomer_ids, duration=duration, first_day=first_day, last_day=last_day, now=now
    )
    groomers: defaultdict[Slot, list[int]] = defaultdict(list)
    for groomer_id, each in found.items():
        for slot in each.free:
            groomers[slot].append(groomer_id)
    return [OpenSlot(slot.starts_at, slot.ends_at, ids) for slot, ids in sorted(groomers.items())]
