"""What a booking was of, as it is today: the body of the next one, what that costs, and when it can be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from blocks.queries import apart_from
from bookings.models import BookedTreatment, Booking
from bookings.queries import booking_of
from bookings.visits.asked import AskedTreatment, duration_of, total_of, visit_of
from bookings.visits.queries import OpenSlot, open_slots_of
from dogs.models import Dog
from dogs.queries import dogs_of
from salon_contracts.http.problem import NotFound
from salons.models import MOST_HORIZON_DAYS, DogSize, Groomer, Salon
from salons.policies.cancellation import Policy
from salons.slots import DAY, today

MOST_SLOTS = 20
# Most who come again find something within two weeks; only for the others the whole horizon is worked out.
LOOKED_AHEAD = (14, MOST_HORIZON_DAYS)


class Missing(NamedTuple):
    """What the booking was of and the next one cannot be of: `what` is groomer or treatment."""

    what: str
    name: str


class Rebooking(NamedTuple):
    """`body` is that of POST /bookings but for `starts_at`, which is that of one of `items`; None: nothing is left.

    `groomer` None: whoever of the salon is free. `visit` and `price` (won) are as of today.
    """

    salon: Salon
    groomer: Groomer | None
    missing: list[Missing]
    body: dict[str, Any] | None
    visit: list[BookedTreatment]
    minutes: int
    price: int
    time_zone: str
    cancellation_policy: Policy
    today: date
    items: list[OpenSlot]


def rebooking_of(*, account_id: int, booking_id: UUID, now: datetime) -> Rebooking:
    """Of a booking of this customer, whatever became of it. Raises NotFound."""
    booking = booking_of(account_id=account_id, booking_id=booking_id)
    if booking.customer_id != account_id:
        raise NotFound
    salon = booking.visit[0].treatment.salon
    groomer = booking.groomer if booking.groomer.salon_id == salon.pk else None
    left = [booked for booked in booking.visit if booked.treatment.salon_id == salon.pk]
    dogs = dogs_of(account_id=account_id).in_bulk([one.dog_id for one in left if one.dog_id])
    visit = visit_of([_asked(booked, dogs) for booked in left], salon_id=salon.pk, dogs=dogs)
    groomers = list(Groomer.objects.filter(salon=salon).order_by("pk")) if groomer is None else [groomer]
    apart = apart_from(account_id=account_id, others=[one.account_id for one in groomers])
    offering = [one.pk for one in groomers if one.account_id not in apart]
    return Rebooking(
        salon=salon,
        groomer=groomer,
        missing=_missing(booking, groomer, left),
        body=_body(salon, groomer, visit) if groomers else None,
        visit=visit,
        minutes=sum(booked.minutes for booked in visit),
        price=total_of(visit),
        time_zone=salon.time_zone,
        cancellation_policy=salon.policy,
        today=today(now=now, zone=salon.zone),
        items=_soonest(salon, offering, visit, now=now),
    )


def _asked(booked: BookedTreatment, dogs: Mapping[UUID, Dog]) -> AskedTreatment:
    """Of the dog as it is now; of one that has no row, by its size as it was."""
    if booked.dog_id in dogs:
        return AskedTreatment(treatment_id=booked.treatment_id, dog_id=booked.dog_id)
    return AskedTreatment(treatment_id=booked.treatment_id, dog_size=DogSize(booked.dog_size))


def _missing(booking: Booking, groomer: Groomer | None, left: list[BookedTreatment]) -> list[Missing]:
    gone = [] if groomer is not None else [Missing("groomer", booking.groomer.name)]
    return gone + [Missing("treatment", one.treatment.name) for one in booking.visit if one not in left]


def _body(salon: Salon, groomer: Groomer | None, visit: list[BookedTreatment]) -> dict[str, Any]:
    who = {"salon_id": salon.pk} if groomer is None else {"groomer_id": groomer.pk}
    return {**who, "treatments": [_treatment(booked) for booked in visit]}


def _treatment(booked: BookedTreatment) -> dict[str, Any]:
    of: dict[str, object] = {"dog_size": str(booked.dog_size)} if booked.dog_id is None else {"dog_id": booked.dog_id}
    return {"treatment_id": booked.treatment_id, **of}


def _soonest(salon: Salon, groomer_ids: list[int], visit: list[BookedTreatment], *, now: datetime) -> list[OpenSlot]:
    here = today(now=now, zone=salon.zone)
    found: list[OpenSlot] = []
    for days in LOOKED_AHEAD:
        found = open_slots_of(
            salon,
            groomer_ids,
            duration=duration_of(visit),
            first_day=here,
            last_day=here + days * DAY,
            now=now,
        )
        if found:
            break
    return found[:MOST_SLOTS]
