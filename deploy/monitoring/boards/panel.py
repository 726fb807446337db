"""What a board and a panel of it are, and the two shapes that most of their queries have."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Unit(Enum):
    """As Grafana calls them."""

    NUMBER = "short"
    PER_SECOND = "ops"
    SECONDS = "s"
    BYTES = "bytes"
    SHARE = "percentunit"


@dataclass(frozen=True)
class Panel:
    """`bad_from` is the value from which on it is not well; None where nothing is bad by itself.

    `by` is the label that names its lines. A panel that `needs_two_zones` is empty in one.
    """

    title: str
    query: str
    unit: Unit = Unit.NUMBER
    by: str = ""
    bad_from: float | None = None
    bad_below: float | None = None
    needs_two_zones: bool = False


@dataclass(frozen=True)
class Board:
    """`answers` is the question of an operator that it is for."""

    uid: str
    title: str
    answers: str
    panels: tuple[Panel, ...]


def rate(metric: str, by: str = "", selector: str = "") -> str:
    return f"sum {f'by ({by}) ' if by else ''}(rate({metric}{selector}[1m]))"


def quantile(share: float, metric: str, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}[1m])))"
