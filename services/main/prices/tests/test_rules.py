"""Whatever the rules of a salon are, a price is a sum that one can follow, in whole won, and never below zero."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dogs.models import Coat, Temperament
from prices.rules import LEAST_PAYABLE_WON, MOST_PAYABLE_WON, Facts, Matting, Reason, Rule, price_by_rules

pytestmark = pytest.mark.unit
_VALUES = {
    Reason.COAT: Coat.values,
    Reason.MATTING: [one.value for one in Matting],
    Reason.TEMPERAMENT: Temperament.values,
    Reason.WEIGHT: [""],
    Reason.TRAVEL: [""],
}
FACTS = st.builds(
    Facts,
    weight_grams=st.none() | st.integers(100, 200_000),
    coat=st.none() | st.sampled_from(Coat.values),
    temperament=st.frozensets(st.sampled_from(Temperament.values)),
    matting=st.sampled_from(Matting),
    travel_metres=st.none() | st.integers(0, 200_000),
)


@st.composite
def _rules(draw: st.DrawFn) -> Rule:
    reason = draw(st.sampled_from(Reason))
    least = draw(st.integers(0, 100_000))
    return Rule(
        id=draw(st.integers(1, 99)),
        reason=reason,
        value=draw(st.sampled_from(_VALUES[reason])),
        least=least,
        below=draw(st.none() | st.integers(least + 1, 200_001)),
        won=draw(st.integers(-1_000_000, 1_000_000)),
        percent=draw(st.integers(-100, 300)),
    )


@settings(deadline=None)
@given(base=st.integers(0, 10_000_000), facts=FACTS, rules=st.lists(_rules(), max_size=12))
def test_a_price_is_a_sum_in_whole_won_and_never_below_zero(base: int, facts: Facts, rules: list[Rule]) -> None:
    price = price_by_rules(base=base, facts=facts, rules=rules)

    together = base + sum(line.won for line in price.lines)
    assert all(isinstance(number, int) for number in (price.total, *(line.won for line in price.lines)))
    assert price.total == (0 if together < LEAST_PAYABLE_WON else min(together, MOST_PAYABLE_WON))
    assert price.total == 0 or price.total >= LEAST_PAYABLE_WON
    assert len(price.lines) == sum(rule.fits(facts) for rule in rules)


@settings(deadline=None)
@given(base=st.integers(0, 10_000_000), facts=FACTS, rules=st.lists(_rules(), max_size=6))
def test_the_order_of_rules_changes_no_total(base: int, facts: Facts, rules: list[Rule]) -> None:
    there_and_back = [price_by_rules(base=base, facts=facts, rules=order) for order in (rules, rules[::-1])]

    assert there_and_back[0].total == there_and_back[1].total


@settings(deadline=None)
@given(facts=FACTS, rule=_rules())
def test_a_part_in_percent_is_that_of_the_base_to_the_nearest_won(facts: Facts, rule: Rule) -> None:
    for base in (0, 1, 49_999, 10_000_000):
        assert abs(rule.part(base) - (rule.won + base * rule.percent / 100)) <= 0.5


@pytest.mark.parametrize(
    ("rule", "facts", "fits"),
    [
        (Rule(1, Reason.WEIGHT, least=7_000, below=15_000), Facts(6_999), False),
        (Rule(1, Reason.WEIGHT, least=7_000, below=15_000), Facts(7_000), True),
        (Rule(1, Reason.WEIGHT, least=7_000, below=15_000), Facts(15_000), False),
        (Rule(1, Reason.WEIGHT, least=15_000), Facts(90_000), True),
        (Rule(1, Reason.COAT, "double"), Facts(5_000), False),
        (Rule(1, Reason.COAT, "double"), Facts(5_000, coat="double"), True),
        (Rule(1, Reason.TEMPERAMENT, "may-bite"), Facts(5_000, temperament=frozenset({"shy", "may-bite"})), True),
        (Rule(1, Reason.TEMPERAMENT, "may-bite"), Facts(5_000, temperament=frozenset({"shy"})), False),
        (Rule(1, Reason.MATTING, "heavy"), Facts(5_000, matting=Matting.LIGHT), False),
        (Rule(1, Reason.MATTING, "heavy"), Facts(5_000, matting=Matting.HEAVY), True),
        (Rule(1, Reason.TRAVEL, least=0), Facts(5_000), False),  # the dog is brought
        (Rule(1, Reason.TRAVEL, least=0, below=3_000), Facts(5_000, travel_metres=0), True),
        (Rule(1, Reason.TRAVEL, least=0, below=3_000), Facts(5_000, travel_metres=3_000), False),
    ],
)
def test_a_rule_fits_what_it_says(rule: Rule, facts: Facts, fits: bool) -> None:
    assert rule.fits(facts) is fits
