"""Finding salons, and when they are open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from salon_contracts.problem import NotFound
from salons.models import DogSize, OpeningHours, Salon, Treatment
from salons.slots import Slot, slots_of_day


def salons() -> QuerySet[Salon]:
    return Salon.objects.select_related("region")


def salon_with_offers(*, salon_id: int) -> Salon:
    """Raises NotFound."""
    salon = salons().prefetch_related("groomers", "treatments", "opening_hours").filter(pk=salon_id).first()
    if salon is None:
        raise NotFound
    return salon


def offered_slots(*, salon_id: int, duration: timedelta, first_day: date, last_day: date) -> list[Slot]:
    """By opening hours alone, taken or not."""
    hours = {opening.weekday: opening for opening in OpeningHours.objects.filter(salon_id=salon_id)}
    slots: list[Slot] = []
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        if opening := hours.get(day.weekday()):
            slots += slots_of_day(day=day, opens_at=opening.opens_at, closes_at=opening.closes_at, duration=duration)
    return slots


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
            {"weekday": hours.weekday, "opens_at": f"{hours.opens_at:%H:%M}", "closes_at": f"{hours.closes_at:%H:%M}"}
            for hours in sorted(salon.opening_hours.all(), key=lambda hours: hours.weekday)
        ],
    }


def _shown_treatment(treatment: Treatment) -> Mapping[str, Any]:
    return {
        "id": treatment.pk,
        "name": treatment.name,
        "prices": {size.value: treatment.price(size) for size in DogSize},
        "minutes": {size.value: int(treatment.duration(size).total_seconds() // 60) for size in DogSize},
    }


def _by_id(rows: Any) -> list[Any]:
    return sorted(rows, key=lambda row: row.pk)
