"""What would be booked, as a hold keeps it: priced when it was held, whatever the salon changes meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from bookings.errors import SlotNotOffered
from bookings.models import BookedTreatment, Hold
from bookings.visits.asked import AskedTreatment, is_same
from dogs.models import Dog
from salons.models import DogSize, Treatment


def to_keep(visit: Sequence[BookedTreatment]) -> list[dict[str, Any]]:
    return [
        {
            "treatment_id": booked.treatment_id,
            "dog_id": None if booked.dog_id is None else str(booked.dog_id),
            "dog_size": str(booked.dog_size),
            "minutes": booked.minutes,
            "price": booked.price,
            "price_sheet": booked.price_sheet,
        }
        for booked in visit
    ]


def is_of(hold: Hold, visit: Sequence[BookedTreatment]) -> bool:
    """The same treatments of the same dogs. What they take and cost may have changed since it was held."""
    return is_same(asked_of(hold), visit)


def asked_of(hold: Hold) -> list[AskedTreatment]:
    """For who locks what it is of."""
    return [
        AskedTreatment(
            treatment_id=one["treatment_id"],
            dog_id=UUID(one["dog_id"]) if one["dog_id"] else None,
            dog_size=DogSize(one["dog_size"]),
        )
        for one in hold.visit
    ]


def kept(hold: Hold, *, dogs: Mapping[UUID, Dog]) -> list[BookedTreatment]:
    """Not saved, and of no booking yet. A dog that is gone is none. Raises SlotNotOffered without its treatment."""
    treatments = Treatment.objects.in_bulk([one["treatment_id"] for one in hold.visit])
    visit = []
    for number, one in enumerate(hold.visit):
        if one["treatment_id"] not in treatments:
            raise SlotNotOffered
        booked = BookedTreatment(number=number, treatment=treatments[one["treatment_id"]], dog_size=one["dog_size"])
        booked.dog = dogs.get(UUID(one["dog_id"])) if one["dog_id"] else None
        booked.minutes, booked.price, booked.price_sheet = one["minutes"], one["price"], one["price_sheet"]
        visit.append(booked)
    return visit
