"""Finding salons, and when they are open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from django.db.models import QuerySet

from salon_contracts.problem import NotFound
from salons.models import DogSize, OpeningHours, Salon, Treatment
from salons.slots import Hours


def salons() -> QuerySet[Salon]:
    return Salon.objects.select_related("region")


def salon_with_offers(*, salon_id: int) -> Salon:
    """Raises NotFound."""
    salon = salons().prefetch_related("groomers", "treatments", "opening_hours").filter(pk=salon_id).first()
    if salon is None:
        raise NotFound
    return salon


def hours_of(*, salon_id: int) -> dict[int, Hours]:
    """By weekday."""
    rows = OpeningHours.objects.filter(salon_id=salon_id)
    return {row.weekday: Hours(row.opens_at, row.closes_at) for row in rows}


def shown(salon: Salon) -> dict[str, Any]:
    """A salon in a list."""
    return {
        "id": salon.pk,
        "name": salon.name,
        "region": str(salon.region),
        "address": salon.address,
        "summary": salon.summary,
    }


def shown_with_offers(salon: Salon) -> dict[str, Any]:
    """A salon on its own page. Ordered here: `order_by` would ask the database again."""
    return {
        **shown(salon),
        "groomers": [{"id": groomer.pk, "name": groomer.name} for groomer in _by_id(salon.groomers.all())],
        "treatments": [_shown_treatment(treatment) for treatment in _by_id(salon.treatments.all())],
        "opening_hours": [
            _shown_hours(hours) for hours in sorted(salon.opening_hours.all(), key=lambda hours: hours.weekday)
        ],
    }


def _shown_hours(hours: OpeningHours) -> dict[str, Any]:
    """Until midnight is until 24:00, as Koreans write it; what is no later than the opening is of the next day."""
    closes_at = "24:00" if hours.closes_at == time(0) else f"{hours.closes_at:%H:%M}"
    return {"weekday": hours.weekday, "opens_at": f"{hours.opens_at:%H:%M}", "closes_at": closes_at}


def _shown_treatment(treatment: Treatment) -> Mapping[str, Any]:
    return {
        "id": treatment.pk,
        "name": treatment.name,
        "prices": {size.value: treatment.price(size) for size in DogSize},
        "minutes": {size.value: int(treatment.duration(size).total_seconds() // 60) for size in DogSize},
    }


def _by_id(rows: Any) -> list[Any]:
    return sorted(rows, key=lambda row: row.pk)
