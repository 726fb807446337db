"""Is the new release worse than the old one? By what became of requests, and their time. Nothing is asked here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Sample:
    """What one release answered. `seconds` has those of requests that end, and not those of streams and sockets."""

    requests: int = 0
    errors: int = 0
    seconds: Sequence[float] = field(default_factory=tuple)

    def __add__(self, other: Sample) -> Sample:
        return Sample(self.requests + other.requests, self.errors + other.errors, (*self.seconds, *other.seconds))

    @property
    def error_share(self) -> float:
        return self.errors / self.requests if self.requests else 0.0

    def quantile(self, share: float) -> float:
        """0 where nothing was asked."""
        if not self.seconds:
            return 0.0
        ordered = sorted(self.seconds)
        return ordered[math.ceil(share * len(ordered)) - 1]

    def __str__(self) -> str:
        median, p95 = 1000 * self.quantile(0.5), 1000 * self.quantile(0.95)
        return f"{self.requests} requests, {self.errors} errors, median {median:.0f} ms, p95 {p95:.0f} ms"


@dataclass(frozen=True)
class Limits:
    """A few errors may be anybody's, and a few slow answers a cold cache."""

    errors_at_least: int = 3
    error_share_above: float = 0.01
    slow_from_requests: int = 20
    times_slower: float = 2.0
    seconds_slower: float = 0.15


def errors_of(new: Sample, old: Sample, limits: Limits | None = None) -> str | None:
    """What the new one answers that the old one does not; None when it fails no more often."""
    limits = limits or Limits()
    if new.errors >= limits.errors_at_least and new.error_share > old.error_share + limits.error_share_above:
        return f"it answers errors: {new}; the old release: {old}"
    return None


def slowness_of(new: Sample, old: Sample, limits: Limits | None = None) -> str | None:
    """None when it is not slower, or when too little was asked. Once may be the machine: a slow release is so twice.

    By its median too: on a busy machine the slowest answers of a good release are as slow as all of a bad one.
    """
    limits = limits or Limits()
    if min(len(new.seconds), len(old.seconds)) < limits.slow_from_requests:
        return None
    for share in (0.5, 0.95):
        before = old.quantile(share)
        if new.quantile(share) > max(limits.times_slower * before, before + limits.seconds_slower):
            return f"it is slow: {new}; at the same time others: {old}"
    return None
