"""Counts of delays in steps of 0.1 ms: a million samples take as much memory as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

STEP_NS = 100_000


@dataclass
class Histogram:
    counts: dict[int, int] = field(default_factory=dict)
    total: int = 0
    largest_ns: int = 0

    def add(self, delay_ns: int) -> None:
        step = delay_ns // STEP_NS
        self.counts[step] = self.counts.get(step, 0) + 1
        self.total += 1
        if delay_ns > self.largest_ns:
            self.largest_ns = delay_ns

    def percentile_ms(self, percent: float) -> float | None:
        """The middle of the step that holds this percentile (nearest rank); None when nothing was measured."""
        rank = max(1, -(-self.total * percent // 100))
        seen = 0
        for step in sorted(self.counts):
            seen += self.counts[step]
            if seen >= rank:
                return (step + 0.5) * STEP_NS / 1e6
        return None

    @property
    def max_ms(self) -> float | None:
        return self.largest_ns / 1e6 if self.total else None

    def curve(self) -> Iterator[tuple[float, float]]:
        """(ms, share of all delays that are at most so long), for a plot."""
        seen = 0
        for step in sorted(self.counts):
            seen += self.counts[step]
            yield (step + 1) * STEP_NS / 1e6, seen / self.total


def merged(histograms: Iterable[Histogram]) -> Histogram:
    whole = Histogram()
    for one in histograms:
        for step, count in one.counts.items():
            whole.counts[step] = whole.counts.get(step, 0) + count
        whole.total += one.total
        whole.largest_ns = max(whole.largest_ns, one.largest_ns)
    return whole
