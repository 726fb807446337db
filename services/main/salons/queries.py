"""Finding salons, and when they are open."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from salon_contracts.http.problem import NotFound
from salons.free_times import next_free_of
from salons.models import Break, ClosedDay, Groomer, OpeningHours, Region, Salon, Treatment
from salons.slots import Hours


class CityDistricts(NamedTuple):
    city: str
    districts: list[Region]


def salons(*, region_id: int | None = None) -> QuerySet[Salon]:
    """Of one region, or all."""
    found = Salon.objects.select_related("region")
    return found if region_id is None else found.filter(region_id=region_id)


def salons_with_covers(*, region_id: int | None = None) -> QuerySet[Salon]:
    """With the photos of each, of which the first stands for it."""
    return salons(region_id=region_id).select_related("rating").prefetch_related("photos")


def districts_by_city() -> list[CityDistricts]:
    """The capital first, then as the first district of each city was added; districts in the order of their names."""
    by_city: dict[str, list[Region]] = {}
    for region in Region.objects.order_by("pk"):
        by_city.setdefault(region.city, []).append(region)
    return [
        CityDistricts(city, sorted(districts, key=lambda region: region.district))
        for city, districts in by_city.items()
    ]


def salon_with_offers(*, salon_id: int, now: datetime) -> Salon:
    """Raises NotFound."""
    offers = (
        Prefetch("groomers", Groomer.objects.order_by("pk")),
        Prefetch("treatments", Treatment.objects.order_by("pk")),
        Prefetch("opening_hours", OpeningHours.objects.order_by("weekday")),
        Prefetch("breaks", Break.objects.order_by("weekday", "starts_at")),
        Prefetch("closed_days", ClosedDay.objects.order_by("day")),
    )
    salon = salons_with_covers().prefetch_related(*offers).filter(pk=salon_id).first()
    if salon is None:
        raise NotFound
    salon.next_free_at = next_free_of([salon], now=now)[salon.pk]
    return salon


class Times(NamedTuple):
    """When a salon is open: hours by weekday, breaks with their weekday, and days without hours."""

    hours: dict[int, Hours]
    breaks: list[tuple[int, Hours]]
    closed: set[date]


def times_of(*, salon_ids: Collection[int], first_day: date, last_day: date) -> dict[int, Times]:
    """Of each of these salons, with its closed days of these days, both included: three queries, however many."""
    found = {salon_id: Times({}, [], set()) for salon_id in salon_ids}
    for row in OpeningHours.objects.filter(salon_id__in=salon_ids):
        found[row.salon_id].hours[row.weekday] = Hours(row.opens_at, row.closes_at)
    for pause in Break.objects.filter(salon_id__in=salon_ids).order_by("weekday", "starts_at"):
        found[pause.salon_id].breaks.append((pause.weekday, Hours(pause.starts_at, pause.ends_at)))
    closed = ClosedDay.objects.filter(salon_id__in=salon_ids, day__range=(first_day, last_day))
    for salon_id, day in closed.values_list("salon_id", "day"):
        found[salon_id].closed.add(day)
    return found
