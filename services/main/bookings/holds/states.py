"""The states of a hold and every step between them, in one table (drawn in docs/bookings.md)."""

from __future__ import annotations

from typing import Literal, NamedTuple

from django.db import models

HoldAct = Literal["book", "book_late", "release", "expire"]


class HoldState(models.TextChoices):
    HELD = "held", "잡아 둠"
    BOOKED = "booked", "예약됨"
    RELEASED = "released", "놓아줌"
    EXPIRED = "expired", "시간이 지남"


class HoldStep(NamedTuple):
    act: HoldAct
    before: HoldState
    after: HoldState


HOLD_STEPS: tuple[HoldStep, ...] = (
    HoldStep("book", HoldState.HELD, HoldState.BOOKED),
    HoldStep("release", HoldState.HELD, HoldState.RELEASED),
    HoldStep("expire", HoldState.HELD, HoldState.EXPIRED),
    # Paid for in time, of which we heard late; nobody else has the slot.
    HoldStep("book_late", HoldState.EXPIRED, HoldState.BOOKED),
)


def after(act: HoldAct, state: HoldState) -> HoldState | None:
    """None: that cannot be done in this state."""
    return next((step.after for step in HOLD_STEPS if (step.act, step.before) == (act, state)), None)
