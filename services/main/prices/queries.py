"""Prices of a salon's treatments for one dog."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import Q

from dogs.models import Dog, size_of
from prices.models import PriceRule
from prices.rules import Facts, Matting, Price, price_of
from salon_contracts.http.problem import NotFound
from salons.managing.queries import own_salon_id
from salons.models import DogSize, Salon, Treatment


class PricedTreatment(NamedTuple):
    treatment: Treatment
    size: DogSize
    price: Price

    @property
    def minutes(self) -> int:
        return int(self.treatment.duration(self.size).total_seconds() // 60)


def price_for(*, treatment: Treatment, facts: Facts) -> Price:
    """What this treatment costs for this dog by the rules of now. No booking asks for it yet."""
    rows = PriceRule.objects.filter(Q(treatment=None) | Q(treatment=treatment), salon_id=treatment.salon_id)
    base = treatment.price(size_of(facts.weight_grams))
    return price_of(base=base, facts=facts, rules=[row.rule() for row in rows.order_by("pk")])


def prices_at(*, salon_id: int, facts: Facts) -> list[PricedTreatment]:
    """Of each treatment, in the order of the salon's list. Raises NotFound."""
    if not Salon.objects.filter(pk=salon_id).exists():
        raise NotFound
    rules = list(PriceRule.objects.filter(salon_id=salon_id).order_by("pk"))
    size = size_of(facts.weight_grams)
    return [
        PricedTreatment(
            treatment,
            size,
            price_of(
                base=treatment.price(size),
                facts=facts,
                rules=[row.rule() for row in rules if row.treatment_id in {None, treatment.pk}],
            ),
        )
        for treatment in Treatment.objects.filter(salon_id=salon_id).order_by("pk")
    ]


class OwnRules(NamedTuple):
    """`version` is the salon's."""

    rules: list[PriceRule]
    version: int


def rules_of_own_salon(*, account_id: int) -> OwnRules:
    """In the order in which they were sent. Raises NotFound for whoever owns no salon."""
    salon = Salon.objects.get(pk=own_salon_id(account_id=account_id))
    return OwnRules(list(PriceRule.objects.filter(salon=salon).order_by("pk")), salon.version)


def facts_of(dog: Dog, *, matting: Matting = Matting.NONE, travel_metres: int | None = None) -> Facts:
    """Of a dog that its owner has described."""
    return Facts(
        weight_grams=dog.weight_grams,
        coat=dog.coat,
        temperament=frozenset(dog.temperament),
        matting=matting,
        travel_metres=travel_metres,
    )
