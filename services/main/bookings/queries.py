"""Reading bookings, and the time that is still free."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from bookings.availability import availability
from bookings.models import Booking
from salon_contracts.http.problem import NotFound
from salons.models import DogSize, Groomer, Treatment
from salons.slots import Slot


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


def overlapping_pairs() -> list[tuple[Booking, Booking]]:
    """Confirmed bookings of one groomer at one time, each pair once. None can come into being any more."""
    confirmed = Booking.objects.filter(status=Booking.Status.CONFIRMED).order_by("groomer_id", "starts_at", "pk")
    pairs: list[tuple[Booking, Booking]] = []
    under_way: list[Booking] = []
    for booking in confirmed.iterator():
        under_way = [
            other for other in under_way if other.groomer_id == booking.groomer_id and other.ends_at > booking.starts_at
        ]
        pairs += [(other, booking) for other in under_way]
        under_way.append(booking)
    return pairs


def free_slots(
    *, groomer_id: int, treatment_id: int, dog_size: DogSize, first_day: date, days: int, now: datetime
) -> list[Slot]:
    """What can be booked now, in order. Raises NotFound for a groomer, or a treatment that is not of their salon."""
    groomer = Groomer.objects.select_related("salon").filter(pk=groomer_id).first()
    if groomer is None:
        raise NotFound
    treatment = Treatment.objects.filter(pk=treatment_id, salon_id=groomer.salon_id).first()
    if treatment is None:
        raise NotFound
    return availability(
        groomer=groomer,
        duration=treatment.duration(dog_size),
        first_day=first_day,
        last_day=_days_after(first_day, days - 1),
        now=now,
    ).free


def _days_after(day: date, days: int) -> date:
    """Or the calendar's last day."""
    return day + min(timedelta(days=days), date.max - day)
