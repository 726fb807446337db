"""F15: what goes wrong under a drop, a chat and bookings is written to people, and the watching costs them nothing."""

from __future__ import annotations

from tests.faults.cases.watched import f15_one_zone, f15_two_zones

CASES = f15_one_zone.CASES
CASES_OF_TWO_ZONES = f15_two_zones.CASES
