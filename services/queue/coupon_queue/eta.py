"""When a person's turn will come, as a band."""

from __future__ import annotations

import math
from typing import NamedTuple, Self, TypedDict


class Eta(TypedDict):
    low_seconds: int
    high_seconds: int


class EtaPerPlace(NamedTuple):
    """What one place in the line costs: the same for everybody, so it stands in the frame. See tick.lua."""

    low_seconds: float
    high_seconds: float

    @classmethod
    def read(cls, text: str) -> Self | None:
        """From "low high" as the line keeps it; empty while nobody can say."""
        return cls(*map(float, text.split())) if text else None


def eta_of(*, ahead: int | None, per_place: EtaPerPlace | None) -> Eta | None:
    """The arithmetic of docs/api.md, which every client does: one's own turn counts too."""
    if ahead is None or per_place is None:
        return None
    places = ahead + 1
    return Eta(
        low_seconds=math.floor(places * per_place.low_seconds),
        high_seconds=math.ceil(places * per_place.high_seconds),
    )
