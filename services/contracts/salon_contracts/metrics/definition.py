"""What a metric is. Nothing here counts anything: `salon_kit.metrics` makes instruments of these."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import Enum

NAME = re.compile(r"(salon|main|queue|chat_worker|kafka|monitoring)(_[a-z0-9]+)+")
# Of a histogram and of a gauge or counter that measures; one that counts things ends with what it counts.
UNITS = ("_seconds", "_bytes", "_rows", "_records")
OTHER = "other"
"""Stands for every value of a label that is one too many, or that nobody expected."""


class Kind(Enum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


# Of each target (deploy/monitoring): who answers, not what is counted.
OF_THE_SCRAPER = frozenset({"job", "instance", "process", "service"})


@dataclass(frozen=True)
class Label:
    """Its values are these, or any `most` of them: whoever chooses the words must not fill a memory with them."""

    name: str
    values: tuple[str, ...] = ()
    most: int = 0

    def __post_init__(self) -> None:
        if self.name in OF_THE_SCRAPER:
            raise ValueError(f"{self.name}: Prometheus names what it scrapes by it, and would call this one exported")
        if bool(self.values) == bool(self.most):
            raise ValueError(f"{self.name}: either its values or how many there are at most")

    @property
    def bound(self) -> int:
        """How many different values there can be, with the one for all others."""
        return (len(self.values) or self.most) + 1


@dataclass(frozen=True)
class Metric:
    """`name` as a query has it, but for the endings that the kind adds (`_total`, `_bucket`, `_sum`, `_count`)."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[Label, ...] = ()
    # Of a histogram: the upper ends, ascending.
    buckets: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name) or self.name.endswith("_total"):
            raise ValueError(f"{self.name}: <service>_<noun>_<unit>, and the library adds _total")
        if (self.kind is Kind.HISTOGRAM) != bool(self.buckets) or list(self.buckets) != sorted(set(self.buckets)):
            raise ValueError(f"{self.name}: a histogram has buckets, ascending, and nothing else has")
        if self.kind is Kind.HISTOGRAM and not self.name.endswith(UNITS):
            raise ValueError(f"{self.name}: a histogram's name ends with its unit, {', '.join(UNITS)}")

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which Prometheus keeps it."""
        match self.kind:
            case Kind.COUNTER:
                return (f"{self.name}_total",)
            case Kind.HISTOGRAM:
                return tuple(f"{self.name}{ending}" for ending in ("_bucket", "_sum", "_count"))
            case Kind.GAUGE:
                return (self.name,)

    @property
    def bound(self) -> int:
        """How many series one process can make of it, whatever the world does."""
        each = len(self.buckets) + 3 if self.kind is Kind.HISTOGRAM else 1
        return each * math.prod(label.bound for label in self.labels)


def counter(name: str, meaning: str, *labels: Label) -> Metric:
    return Metric(name, Kind.COUNTER, meaning, labels)


def gauge(name: str, meaning: str, *labels: Label) -> Metric:
    return Metric(name, Kind.GAUGE, meaning, labels)


def histogram(name: str, meaning: str, *labels: Label, buckets: tuple[float, ...]) -> Metric:
    return Metric(name, Kind.HISTOGRAM, meaning, labels, buckets)
