"""A world in which an alert must fire, and one as near as can be in which it must not.

Series are written as `promtool test rules` has them: `0+10x5` is 0, 10, 20, 30, 40, 50, one each interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class World:
    series: Mapping[str, str]
    # Of the alerts that fire, besides `severity`. Empty: it must be silent.
    fires: tuple[Mapping[str, str], ...] = ()
    at: str = "1m"


@dataclass(frozen=True)
class Case:
    alert: str
    firing: World
    silent: World
    interval: str = "5s"
    # More worlds that must be silent.
    also_silent: tuple[World, ...] = field(default=())


ANY: Mapping[str, str] = {}


def simple(alert: str, series: str, firing: str, silent: str, labels: Mapping[str, str] = ANY, at: str = "1m") -> Case:
    return Case(alert, World({series: firing}, (labels,), at), World({series: silent}, at=at))
