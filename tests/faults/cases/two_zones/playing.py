"""What the cases on two zones share."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial

from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.drop import Drop
from tests.faults.places import TWO_ZONES
from tests.faults.whole_play import Plan, Play, play_whole
from tests.faults.whole_system import Parts, whole_system

PLAN = Plan(drop=Drop(customers=500, quantity=350, pace=10, arrive_seconds=25, finish_seconds=120))
GOES_ON_WITHIN_SECONDS = 15.0

Injected = Callable[[Play], Awaitable[None]]

on_two_zones = partial(Case, unavailable_seconds_max=GOES_ON_WITHIN_SECONDS, needs_ground=False)


async def play_on_two_zones(fault: Injected, plan: Plan = PLAN, parts: Parts | None = None) -> Verdict:
    with whole_system(parts or Parts(), TWO_ZONES) as system:
        return await play_whole(system, plan, fault)
