"""Finding salons, and when they are open."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from salon_contracts.http.problem import NotFound
from salons.models import Groomer, OpeningHours, Salon, Treatment
from salons.slots import Hours


def salons() -> QuerySet[Salon]:
    return Salon.objects.select_related("region")


def salon_with_offers(*, salon_id: int) -> Salon:
    """Raises NotFound."""
    offers = (
        Prefetch("groomers", Groomer.objects.order_by("pk")),
        Prefetch("treatments", Treatment.objects.order_by("pk")),
        Prefetch("opening_hours", OpeningHours.objects.order_by("weekday")),
    )
    salon = salons().prefetch_related(*offers).filter(pk=salon_id).first()
    if salon is None:
        raise NotFound
    return salon


def hours_of(*, salon_id: int) -> dict[int, Hours]:
    """By weekday."""
    rows = OpeningHours.objects.filter(salon_id=salon_id)
    return {row.weekday: Hours(row.opens_at, row.closes_at) for row in rows}
