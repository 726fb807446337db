"""The states of a booking and every step between them, in one table (drawn in docs/bookings.md)."""

from __future__ import annotations

from enum import Enum
from typing import Literal, NamedTuple

from django.db import models

Act = Literal["cancel", "complete", "no-show"]
Party = Literal["customer", "groomer"]


class State(models.TextChoices):
    CONFIRMED = "confirmed", "확정"
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer", "보호자가 취소"
    CANCELLED_BY_GROOMER = "cancelled_by_groomer", "미용사가 취소"
    # By a release that did not keep by whom.
    CANCELLED_BY_SOMEBODY = "cancelled", "취소"
    COMPLETED = "completed", "미용 완료"
    NO_SHOW = "no_show", "오지 않음"


class When(Enum):
    BEFORE_IT_BEGINS = "before it begins"
    ONCE_IT_BEGAN = "once it began"


class Step(NamedTuple):
    act: Act
    by: Party
    before: State
    after: State
    when: When


STEPS: tuple[Step, ...] = (
    Step("cancel", "customer", State.CONFIRMED, State.CANCELLED_BY_CUSTOMER, When.BEFORE_IT_BEGINS),
    Step("cancel", "groomer", State.CONFIRMED, State.CANCELLED_BY_GROOMER, When.BEFORE_IT_BEGINS),
    Step("complete", "groomer", State.CONFIRMED, State.COMPLETED, When.ONCE_IT_BEGAN),
    Step("no-show", "groomer", State.CONFIRMED, State.NO_SHOW, When.ONCE_IT_BEGAN),
)
CANCELLED_STATES = frozenset({State.CANCELLED_BY_CUSTOMER, State.CANCELLED_BY_GROOMER, State.CANCELLED_BY_SOMEBODY})


def is_done(act: Act, state: State) -> bool:
    """The act has happened already, whoever did it: again it changes nothing."""
    return (
        state in CANCELLED_STATES if act == "cancel" else any(step.after == state for step in STEPS if step.act == act)
    )


def step_of(act: Act, *, by: Party, state: State) -> Step | None:
    """None: this side cannot do that in this state."""
    return next((step for step in STEPS if (step.act, step.by, step.before) == (act, by, state)), None)


def moment_of(act: Act) -> When:
    [when] = {step.when for step in STEPS if step.act == act}
    return when
