"""What it costs to cancel, by how long before: arithmetic, without a database.

A policy is a list of steps, the earliest first: 0 % until 24 hours before, 10 % until one hour before, 50 % until it
begins (0 hours). What a salon has not set costs nothing until it begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError

MOST_STEPS = 5
MOST_HOURS = 14 * 24


class Step(NamedTuple):
    """Until so many hours before it begins, that moment included, cancelling costs this share of the price."""

    until_hours_before: int
    fee_percent: int

    def until(self, starts_at: datetime) -> datetime:
        return starts_at - timedelta(hours=self.until_hours_before)

    def fee(self, price: int) -> int:
        """Whole won, rounded down."""
        return price * self.fee_percent // 100


Policy = tuple[Step, ...]
FREE: Policy = (Step(0, 0),)
# What Korea's consumers know: a tenth on the day, and free before.
USUAL: Policy = (Step(24, 0), Step(1, 10), Step(0, 50))


class Term(NamedTuple):
    """Until this moment cancelling costs so many won."""

    until: datetime
    fee: int


def policy_of(stored: Sequence[Any] | None) -> Policy:
    """From what a JSON column holds. An operator's `[]` says no more than nothing does."""
    return tuple(Step(**step) for step in stored) if stored else FREE


def stored_form(policy: Policy) -> list[dict[str, int]]:
    return [step._asdict() for step in policy]


def terms_of(policy: Policy, *, price: int, starts_at: datetime) -> list[Term]:
    """Of one visit, the earliest first. After the last one it has begun."""
    return [Term(step.until(starts_at), step.fee(price)) for step in policy]


def fee_at(policy: Policy, *, price: int, starts_at: datetime, at: datetime) -> int:
    """In won, of one that has not begun."""
    terms = terms_of(policy, price=price, starts_at=starts_at)
    return next((term.fee for term in terms if at <= term.until), terms[-1].fee)


def check_policy(stored: Any) -> None:
    """Raises ValidationError for what is no policy."""
    if not (isinstance(stored, list) and 1 <= len(stored) <= MOST_STEPS and all(map(_is_step, stored))):
        raise ValidationError('[{"until_hours_before": 24, "fee_percent": 0}, …]처럼 입력해 주세요', code="no-policy")
    policy = policy_of(stored)
    hours = [step.until_hours_before for step in policy]
    if hours != sorted(set(hours), reverse=True) or hours[-1] != 0:
        raise ValidationError("시간은 점점 줄어 0으로 끝나야 해요", code="no-policy")
    if [step.fee_percent for step in policy] != sorted(step.fee_percent for step in policy):
        raise ValidationError("늦게 취소할수록 수수료가 낮아질 수 없어요", code="no-policy")


def _is_step(step: Any) -> bool:
    return (
        isinstance(step, dict)
        and set(step) == set(Step._fields)
        and _is_within(step["until_hours_before"], MOST_HOURS)
        and _is_within(step["fee_percent"], 100)
    )


def _is_within(number: Any, most: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number <= most
