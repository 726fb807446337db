"""What a treatment costs for one dog: arithmetic on whole won, without a database.

The salon's price for the dog's size is the base; each rule of the salon that fits adds its part, or takes it away. What
is shown before anybody signs in, with free times, and what a booking freezes come from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

LEAST_PAYABLE_WON = 100
"""No payment provider takes less, so a lower total is 0."""
MOST_PAYABLE_WON = 200_000_000
"""Of one treatment, whatever the rules add up to: a visit has ten, and all of it is one number of 32 bits."""


class Matting(StrEnum):
    NONE = "none"
    LIGHT = "light"
    HEAVY = "heavy"


class Reason(StrEnum):
    """What a rule looks at."""

    WEIGHT = "weight"
    COAT = "coat"
    MATTING = "matting"
    TEMPERAMENT = "temperament"
    TRAVEL = "travel"


REASONS = [reason.value for reason in Reason]


@dataclass(frozen=True)
class Facts:
    """Of one dog on one visit. What is None or empty is not known, and no rule about it fits.

    `travel_metres`: how far the groomer comes; None where the dog is brought.
    """

    weight_grams: int | None = None
    coat: str | None = None
    temperament: frozenset[str] = frozenset()
    matting: Matting = Matting.NONE
    travel_metres: int | None = None


@dataclass(frozen=True)
class Rule:
    """Fits what lies from `least` (inclusive) to `below` (exclusive; None: no end), or what is `value`.

    Grams for weight, metres for travel; a coat, a degree of matting, a trait for the others. It adds `won`, and
    `percent` of the base, to the nearest won.
    """

    id: int
    reason: Reason
    value: str = ""
    least: int = 0
    below: int | None = None
    won: int = 0
    percent: int = 0

    def fits(self, facts: Facts) -> bool:
        match self.reason:
            case Reason.WEIGHT:
                return facts.weight_grams is not None and self._has(facts.weight_grams)
            case Reason.TRAVEL:
                return facts.travel_metres is not None and self._has(facts.travel_metres)
            case Reason.COAT:
                return facts.coat is not None and facts.coat == self.value
            case Reason.MATTING:
                return facts.matting.value == self.value
            case Reason.TEMPERAMENT:
                return self.value in facts.temperament

    def part(self, base: int) -> int:
        return self.won + (base * self.percent + 50) // 100

    def _has(self, amount: int) -> bool:
        return self.least <= amount and (self.below is None or amount < self.below)


class Line(NamedTuple):
    """One rule's part of a price, in whole won."""

    rule_id: int
    reason: Reason
    won: int


class Price(NamedTuple):
    """In whole won. `total` is base and lines together, never below zero nor above MOST_PAYABLE_WON."""

    base: int
    lines: tuple[Line, ...]
    total: int


def price_by_rules(*, base: int, facts: Facts, rules: Iterable[Rule]) -> Price:
    """`base` is the treatment's price for the size of this dog (Treatment.price)."""
    lines = tuple(Line(rule.id, rule.reason, rule.part(base)) for rule in rules if rule.fits(facts))
    together = base + sum(line.won for line in lines)
    return Price(base, lines, min(together, MOST_PAYABLE_WON) if together >= LEAST_PAYABLE_WON else 0)
