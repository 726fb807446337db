"""What it costs to cancel, by how long before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from salons.models import Salon
from salons.policies.cancellation import (
    FREE,
    MOST_HOURS,
    MOST_STEPS,
    USUAL,
    Policy,
    Step,
    check_policy,
    fee_at,
    policy_of,
    stored_form,
    terms_of,
)

pytestmark = pytest.mark.unit
STARTS_AT = datetime(2027, 5, 3, 1, 0, tzinfo=UTC)
A_MOMENT = timedelta(microseconds=1)

policies = st.builds(
    lambda hours, percents: tuple(
        Step(hour, percent) for hour, percent in zip(sorted(hours | {0}, reverse=True), sorted(percents), strict=False)
    ),
    st.sets(st.integers(1, MOST_HOURS), max_size=MOST_STEPS - 1),
    st.lists(st.integers(0, 100), min_size=MOST_STEPS, max_size=MOST_STEPS),
)


@pytest.mark.parametrize(
    ("before", "fee"),
    [
        (timedelta(days=30), 0),
        (timedelta(hours=24), 0),
        (timedelta(hours=24) - A_MOMENT, 3_333),
        (timedelta(hours=1), 3_333),
        (timedelta(hours=1) - A_MOMENT, 16_666),
        (timedelta(0), 16_666),
    ],
)
def test_each_step_holds_until_its_moment_and_that_moment_too(before: timedelta, fee: int) -> None:
    assert fee_at(USUAL, price=33_333, starts_at=STARTS_AT, at=STARTS_AT - before) == fee


@given(policy=policies, price=st.integers(0, 10**8), early=st.integers(0, 10**6), late=st.integers(0, 10**6))
def test_who_cancels_earlier_never_pays_more_and_nobody_more_than_the_price(
    policy: Policy, price: int, early: int, late: int
) -> None:
    minutes = sorted((early, late), reverse=True)

    first, second = (
        fee_at(policy, price=price, starts_at=STARTS_AT, at=STARTS_AT - timedelta(minutes=number)) for number in minutes
    )

    assert 0 <= first <= second <= price


@given(policy=policies, price=st.integers(0, 10**8))
def test_what_is_shown_is_what_is_asked_for(policy: Policy, price: int) -> None:
    for term in terms_of(policy, price=price, starts_at=STARTS_AT):
        assert fee_at(policy, price=price, starts_at=STARTS_AT, at=term.until) == term.fee


@given(policy=policies)
def test_a_policy_is_read_as_it_was_stored(policy: Policy) -> None:
    check_policy(stored_form(policy))

    assert policy_of(stored_form(policy)) == policy


@pytest.mark.parametrize("stored", [None, [], {}])
def test_a_salon_that_set_none_asks_for_nothing(stored: Any) -> None:
    """`[]` and `{}` are what Django's form takes for a blank field, without asking a validator."""
    assert policy_of(stored) == FREE
    assert fee_at(FREE, price=50_000, starts_at=STARTS_AT, at=STARTS_AT) == 0


def _step(hours: Any, percent: Any) -> dict[str, Any]:
    return {"until_hours_before": hours, "fee_percent": percent}


@pytest.mark.parametrize(
    "stored",
    [
        {},
        [],
        "free",
        [24],
        [_step(24, 0)],
        [_step(0, 0), _step(24, 10)],
        [_step(24, 0), _step(24, 10), _step(0, 20)],
        [_step(24, 20), _step(0, 10)],
        [_step(0, 101)],
        [_step(0, -1)],
        [_step(0, True)],
        [_step(0, 1.5)],
        [_step(MOST_HOURS + 1, 0), _step(0, 0)],
        [{"until_hours_before": 0}],
        [{**_step(0, 0), "note": "x"}],
        [_step(hours, 0) for hours in range(MOST_STEPS, -1, -1)],
    ],
)
def test_what_is_no_policy_is_refused(stored: Any) -> None:
    with pytest.raises(ValidationError):
        check_policy(stored)
    with pytest.raises(ValidationError):
        Salon(cancellation_policy=stored).clean()
