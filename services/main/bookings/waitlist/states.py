"""The states of an entry of the waitlist and every step between them, in one table (drawn in docs/bookings.md)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from django.db import models

WaitAct = Literal["offer", "accept", "decline", "miss", "lapse", "leave", "close"]


class WaitState(models.TextChoices):
    WAITING = "waiting", "기다림"
    OFFERED = "offered", "제안됨"
    BOOKED = "booked", "예약됨"
    LEFT = "left", "그만둠"
    LAPSED = "lapsed", "답하지 않음"
    CLOSED = "closed", "날짜가 지남"


class WaitStep(NamedTuple):
    act: WaitAct
    before: WaitState
    after: WaitState


WAIT_STEPS: tuple[WaitStep, ...] = (
    WaitStep("offer", WaitState.WAITING, WaitState.OFFERED),
    WaitStep("accept", WaitState.OFFERED, WaitState.BOOKED),
    WaitStep("decline", WaitState.OFFERED, WaitState.WAITING),
    WaitStep("miss", WaitState.OFFERED, WaitState.WAITING),
    WaitStep("lapse", WaitState.OFFERED, WaitState.LAPSED),
    WaitStep("leave", WaitState.WAITING, WaitState.LEFT),
    WaitStep("leave", WaitState.OFFERED, WaitState.LEFT),
    WaitStep("close", WaitState.WAITING, WaitState.CLOSED),
)
OVER = frozenset(WaitState) - {step.before for step in WAIT_STEPS}


def after_step(act: WaitAct, state: WaitState) -> WaitState | None:
    """None: that cannot be done in this state."""
    return next((step.after for step in WAIT_STEPS if (step.act, step.before) == (act, state)), None)
