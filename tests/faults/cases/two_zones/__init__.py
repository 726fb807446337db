"""F5, F6, F7, F9 and F10 on two zones, while a drop, a chat, bookings and browsing go through the balancer."""

from __future__ import annotations

from tests.faults.cases.two_zones import clocks, half_open, leaders, operated

CASES = (*leaders.CASES, *clocks.CASES, *half_open.CASES, *operated.CASES)
