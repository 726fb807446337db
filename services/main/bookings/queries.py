"""Reading bookings, and the time that is still free."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.models import Booking, OccupiedQuarter
from salon_contracts.problem import NotFound
from salons.models import DogSize, Groomer, Treatment
from salons.queries import offered_slots
from salons.slots import DAYS_AHEAD, SEOUL, Slot


def bookings_of(*, account_id: int) -> QuerySet[Booking]:
    """Those that concern this account, as customer or as groomer. Others do not exist for it."""
    return Booking.objects.select_related("groomer__salon", "treatment").filter(
        Q(customer_id=account_id) | Q(groomer__account_id=account_id)
    )


def booking_of(*, account_id: int, booking_id: UUID) -> Booking:
    """Raises NotFound."""
    booking = bookings_of(account_id=account_id).filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    return booking


def free_slots(
    *, groomer_id: int, treatment_id: int, dog_size: DogSize, first_day: date, days: int, now: datetime
) -> list[Slot]:
    """What can be booked now, in order. Raises NotFound for a groomer, or a treatment that is not of their salon."""
    groomer = Groomer.objects.filter(pk=groomer_id).first()
    if groomer is None:
        raise NotFound
    treatment = Treatment.objects.filter(pk=treatment_id, salon_id=groomer.salon_id).first()
    if treatment is None:
        raise NotFound
    last_day = first_day + timedelta(days=days - 1)
    offered = offered_slots(
        salon_id=groomer.salon_id,
        duration=treatment.duration(dog_size),
        first_day=first_day,
        last_day=min(last_day, now.astimezone(SEOUL).date() + timedelta(days=DAYS_AHEAD)),
    )
    coming = [slot for slot in offered if slot.starts_at > now]
    if not coming:
        return []
    occupied = set(
        OccupiedQuarter.objects.filter(
            groomer_id=groomer_id, starts_at__gte=coming[0].starts_at, starts_at__lt=coming[-1].ends_at
        ).values_list("starts_at", flat=True)
    )
    return [slot for slot in coming if occupied.isdisjoint(slot.quarters())]


def shown(booking: Booking) -> dict[str, Any]:
    groomer, salon, treatment = booking.groomer, booking.groomer.salon, booking.treatment
    return {
        "id": str(booking.pk),
        "status": booking.status,
        "groomer": {"id": groomer.pk, "name": groomer.name},
        "salon": {"id": salon.pk, "name": salon.name},
        "treatment": {"id": treatment.pk, "name": treatment.name},
        "dog_size": booking.dog_size,
        "starts_at": booking.starts_at.astimezone(SEOUL).isoformat(),
        "ends_at": booking.ends_at.astimezone(SEOUL).isoformat(),
        "price": booking.price,
    }


def shown_slot(slot: Slot) -> dict[str, str]:
    return {"starts_at": slot.starts_at.isoformat(), "ends_at": slot.ends_at.isoformat()}
