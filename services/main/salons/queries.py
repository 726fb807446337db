"""Finding salons, and when they are open."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Prefetch, QuerySet

from salon_contracts.http.problem import NotFound
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


def salon_with_offers(*, salon_id: int) -> Salon:
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
    return salon


def hours_of(*, salon_id: int) -> dict[int, Hours]:
    """By weekday."""
    rows = OpeningHours.objects.filter(salon_id=salon_id)
    return {row.weekday: Hours(row.opens_at, row.closes_at) for row in rows}


def breaks_of(*, salon_id: int) -> list[tuple[int, Hours]]:
    """Each with its weekday."""
    rows = Break.objects.filter(salon_id=salon_id).order_by("weekday", "starts_at")
    return [(row.weekday, Hours(row.starts_at, row.ends_at)) for row in rows]


def closed_days_of(*, salon_id: int, first_day: date, last_day: date) -> set[date]:
    """Of these days, both included."""
    return set(
        ClosedDay.objects.filter(salon_id=salon_id, day__range=(first_day, last_day)).values_list("day", flat=True)
    )
