"""What somebody searches for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from salons.models import DogSize, TreatmentKind
from salons.search.index.folding import Word

MOST_RADIUS_METRES = 50_000
USUAL_RADIUS_METRES = 5_000
MOST_WON = 100_000_000


class Order(StrEnum):
    """`ID` is the order in which salons came."""

    ID = "id"
    PRICE = "price"
    DISTANCE = "distance"


@dataclass(frozen=True)
class Near:
    """Degrees, and metres as the crow flies."""

    latitude: float
    longitude: float
    radius: int


@dataclass(frozen=True)
class Free:
    """With time until the moment `by`, as it is `now`. `changed` are salons whose times are not known at the moment."""

    by: datetime
    now: datetime
    changed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """All of it at once. `words` None: any; none of them: what was written holds nothing that can be searched for.

    Prices are whole won, of the cheapest treatment of that kind for a dog of that size; they need a `size`.
    """

    words: tuple[Word, ...] | None = None
    region_id: int | None = None
    city: str | None = None
    near: Near | None = None
    kind: TreatmentKind | None = None
    size: DogSize | None = None
    price_min: int = 0
    price_max: int = MOST_WON
    free: Free | None = None
    order: Order = Order.ID
