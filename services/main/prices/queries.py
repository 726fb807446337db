"""Prices of a salon's treatments for one dog."""

from __future__ import annotations

from typing import NamedTuple

from dogs.models import Dog, size_of
from prices.models import PriceRule
from prices.rules import Facts, Matting, Price, price_by_rules
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


class PriceList(NamedTuple):
    """A salon's rules of now, in the order in which they were sent."""

    rules: list[PriceRule]

    def price(self, treatment: Treatment, *, size: DogSize, facts: Facts) -> Price:
        """Of a treatment of this salon, for a dog of this size of which so much is known."""
        fitting = [row.rule() for row in self.rules if row.treatment_id in {None, treatment.pk}]
        return price_by_rules(base=treatment.price(size), facts=facts, rules=fitting)


def price_list_of(*, salon_id: int) -> PriceList:
    return PriceList(list(PriceRule.objects.filter(salon_id=salon_id).order_by("pk")))


def prices_at(*, salon_id: int, weight_grams: int, facts: Facts) -> list[PricedTreatment]:
    """Of each treatment, in the order of the salon's list. Raises NotFound."""
    if not Salon.objects.filter(pk=salon_id).exists():
        raise NotFound
    prices, size = price_list_of(salon_id=salon_id), size_of(weight_grams)
    return [
        PricedTreatment(treatment, size, prices.price(treatment, size=size, facts=facts))
        for treatment in Treatment.objects.filter(salon_id=salon_id).order_by("pk")
    ]


class OwnRules(NamedTuple):
    """`version` is the salon's."""

    rules: list[PriceRule]
    version: int


def rules_of_own_salon(*, account_id: int) -> OwnRules:
    """In the order in which they were sent. Raises NotFound for whoever owns no salon."""
    salon = Salon.objects.get(pk=own_salon_id(account_id=account_id))
    return OwnRules(price_list_of(salon_id=salon.pk).rules, salon.version)


def facts_of(dog: Dog, *, matting: Matting = Matting.NONE, travel_metres: int | None = None) -> Facts:
    """Of a dog that its owner has described."""
    return Facts(
        weight_grams=dog.weight_grams,
        coat=dog.coat,
        temperament=frozenset(dog.temperament),
        matting=matting,
        travel_metres=travel_metres,
    )
