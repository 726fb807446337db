"""Reading bookings, and the time that is still free."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from bookings.availability import availability
from bookings.models import BookedTreatment, Booking
from salon_contracts.http.problem import NotFound
from salons.models import DogSize, Groomer, Treatment
from salons.slots import Slot, today


def bookings_of(*, account_id: int) -> QuerySet[Booking]:
    """Those that concern this account, as customer or as groomer. Others do not exist for it."""
    what = Prefetch("treatments", BookedTreatment.objects.select_related("treatment", "dog"))
    return (
        Booking.objects.select_related("groomer__salon", "treatment")
        .prefetch_related(what)
        .filter(Q(customer_id=account_id) | Q(groomer__account_id=account_id))
    )


def booking_of(*, account_id: int, booking_id: UUID) -> Booking:
    """Raises NotFound."""
    booking = bookings_of(account_id=account_id).filter(pk=booking_id).first()
    if booking is None:
        raise NotFound
    return booking


def other_in(booking: Booking, *, account_id: int) -> int:
    """The account at the other end."""
    return booking.groomer.account_id if booking.customer_id == account_id else booking.customer_id


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


class FreeSlots(NamedTuple):
    """`items` in order; `today` is the day where the salon is."""

    items: list[Slot]
    today: date


def free_slots(
    *, groomer_id: int, treatment_id: int, dog_size: DogSize, first_day: date | None, days: int, now: datetime
) -> FreeSlots:
    """What can be booked now, from today on if no day is said.

    Raises NotFound for a groomer, or a treatment that is not of their salon.
    """
    groomer = Groomer.objects.select_related("salon").filter(pk=groomer_id).first()
    if groomer is None:
        raise NotFound
    treatment = Treatment.objects.filter(pk=treatment_id, salon_id=groomer.salon_id).first()
    if treatment is None:
        raise NotFound
    this_day = today(now=now, zone=groomer.salon.zone)
    first_day = first_day or this_day
    found = availability(
        salon=groomer.salon,
        groomer_ids=[groomer.pk],
        duration=treatment.duration(dog_size),
        first_day=first_day,
        last_day=days_after(first_day, days - 1),
        now=now,
    )
    return FreeSlots(found[groomer.pk].free, this_day)


def days_after(day: date, days: int) -> date:
    """Or the calendar's last day."""
    return day + min(timedelta(days=days), date.max - day)
