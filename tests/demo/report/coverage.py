"""How often what customers were told about their turn came true, by their own streams and clocks."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from tests.harness.histories.drop import DropHistory


class Coverage(NamedTuple):
    """Each frame in which a device showed a time is a promise. Only those whose turn came can be judged."""

    judged: int
    inside: int
    early: int
    customers: int

    def __str__(self) -> str:
        if not self.judged:
            return "nobody whose turn came had been told a time"
        late = self.judged - self.inside - self.early
        return (
            f"{self.inside / self.judged:.0%} of {self.judged} told to {self.customers} customers whose turn came"
            f" (sooner than told: {self.early}, later: {late})"
        )


def eta_coverage(history: DropHistory) -> Coverage:
    called_at: dict[int, float] = {}
    for call in history.called:  # the first of several devices, or of several calls, is when the turn came
        called_at[call.customer] = min(call.at, called_at.get(call.customer, call.at))

    waits: defaultdict[int, list[tuple[float, tuple[int, int]]]] = defaultdict(list)
    for sighting in history.sightings:
        turn = called_at.get(sighting.customer)
        if sighting.eta is not None and turn is not None and sighting.at < turn:
            waits[sighting.customer].append((turn - sighting.at, sighting.eta))

    shown = [one for promises in waits.values() for one in promises]
    return Coverage(
        judged=len(shown),
        inside=sum(low <= wait <= high for wait, (low, high) in shown),
        early=sum(wait < low for wait, (low, _) in shown),
        customers=len(waits),
    )
