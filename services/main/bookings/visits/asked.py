"""What a customer asks for in one visit, and what that takes and costs. Durations and prices come from here only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import connection

from api.language import words
from bookings.models import BookedTreatment
from dogs.models import Dog
from dogs.queries import dogs_of
from prices.queries import facts_of, price_list_of
from prices.rules import Facts
from salon_contracts.http.problem import InvalidInput
from salons.models import DogSize, Treatment

MOST_TREATMENTS = 10


@dataclass(frozen=True, kw_only=True)
class AskedTreatment:
    """Of a dog of the customer's, whose size follows from its weight, or of any dog of a size.

    `facts` are what is said of a dog that has no row; of one that has, only how matted it is.
    """

    treatment_id: int
    dog_id: UUID | None = None
    dog_size: DogSize | None = None
    facts: Facts = field(default_factory=Facts)
    stands_at: str = field(default="", compare=False)
    """Before the names of its fields in the body, for refusals: `treatments.0.`."""


def locked_dogs(asked: Iterable[AskedTreatment], *, customer_id: int) -> Mapping[UUID, Dog]:
    """The customer's dogs among these: none is changed or removed before the transaction ends."""
    wanted = {one.dog_id for one in asked if one.dog_id is not None}
    if not wanted:
        return {}
    mine = dogs_of(account_id=customer_id).select_for_update().filter(pk__in=wanted)
    return {dog.pk: dog for dog in mine.order_by("pk")}


def hold_treatments(asked: Iterable[AskedTreatment]) -> None:
    """None of them is changed or removed before the transaction ends; others may book them meanwhile.

    What is booked will hold it so by its foreign key; now it is early enough to say that it is gone.
    """
    ids = sorted({one.treatment_id for one in asked})
    with connection.cursor() as cursor:
        places = ", ".join(["%s"] * len(ids))
        cursor.execute(f"SELECT id FROM salons_treatment WHERE id IN ({places}) LOCK IN SHARE MODE", ids)  # noqa: S608
        cursor.fetchall()


def visit_of(asked: Sequence[AskedTreatment], *, salon_id: int, dogs: Mapping[UUID, Dog]) -> list[BookedTreatment]:
    """Not saved, and of no booking yet. Raises InvalidInput for what this salon, or this customer, does not have."""
    prices = price_list_of(salon_id=salon_id)
    offered = Treatment.objects.filter(salon_id=salon_id).in_bulk([one.treatment_id for one in asked])
    visit: list[BookedTreatment] = []
    for number, one in enumerate(asked):
        treatment = offered.get(one.treatment_id)
        if treatment is None:
            raise unknown(f"{one.stands_at}treatment_id")
        dog = None if one.dog_id is None else dogs.get(one.dog_id)
        size = one.dog_size if dog is None else dog.size
        if size is None:
            raise unknown(f"{one.stands_at}dog_id")
        booked = BookedTreatment(number=number, treatment=treatment, dog=dog, dog_size=size)
        booked.minutes = treatment.duration(size) // timedelta(minutes=1)
        facts = one.facts if dog is None else facts_of(dog, matting=one.facts.matting)
        booked.freeze(prices.price(treatment, size=size, facts=facts))
        visit.append(booked)
    return visit


def duration_of(visit: Iterable[BookedTreatment]) -> timedelta:
    """One dog after the other."""
    return timedelta(minutes=sum(booked.minutes for booked in visit))


def total_of(visit: Iterable[BookedTreatment]) -> int:
    """Whole won."""
    return sum(booked.price for booked in visit)


def is_same(visit: Iterable[AskedTreatment | BookedTreatment], other: Iterable[BookedTreatment]) -> bool:
    """The same treatments of the same dogs, in whatever order. What they took and cost may have changed since."""
    return _contents(visit) == _contents(other)


def _contents(visit: Iterable[AskedTreatment | BookedTreatment]) -> list[tuple[int, str, str]]:
    return sorted((one.treatment_id, str(one.dog_id), str(one.dog_size)) for one in visit)


def unknown(name: str) -> InvalidInput:
    detail = words(en="There is no such thing here", ko="여기에 없는 항목이에요")
    return InvalidInput(errors=[{"field": name, "code": "does_not_exist", "detail": detail}])
