"""Pages of what is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict

from api.paging import Page, cursor_to, listed, opened
from salons.free_times import next_free_of
from salons.models import FreeTimesChange, Salon
from salons.queries import salons_with_covers
from salons.search.finding import find
from salons.search.plan import Hit
from salons.search.wanted import Order, Wanted

# Salons whose times are not known at the moment, of which there are more only while nobody keeps them.
MOST_CHANGED = 1_000
# Of salons that may have time some have none: after so many pages what was found is shown, and the next goes on.
MOST_LOOKS = 4


@dataclass(frozen=True)
class Found:
    """`price_from` in whole won if the search was for a size, `distance_metres` if it was near something."""

    salon: Salon
    price_from: int | None = None
    distance_metres: int | None = None


class FoundPage(TypedDict):
    items: list[Found]
    next: str | None


def found_salons(wanted: Wanted, *, page: Page, now: datetime) -> FoundPage:
    """Raises InvalidInput for a cursor of another search."""
    if wanted == Wanted(region_id=wanted.region_id):
        # These need no search, and are there while it is being built.
        plain = listed(salons_with_covers(region_id=wanted.region_id), page=page, order=("id",))
        _add_next_free(plain["items"], now=now)
        return {"items": [Found(salon) for salon in plain["items"]], "next": plain["next"]}
    name = _list_name(wanted)
    after = None if page.cursor is None else _hit(wanted.order, opened(page.cursor, of=name))
    found, more_after = _found(with_changes(wanted), after, limit=page.limit, now=now)
    return {
        "items": found,
        "next": None if more_after is None else cursor_to(_values(wanted.order, more_after), of=name),
    }


def with_changes(wanted: Wanted) -> Wanted:
    """Who has time is asked of what is kept, and of nobody whose times have changed since."""
    if wanted.free is None:
        return wanted
    changed = FreeTimesChange.objects.values_list("salon_id", flat=True).distinct()[:MOST_CHANGED]
    return replace(wanted, free=replace(wanted.free, changed=tuple(changed)))


def _found(wanted: Wanted, after: Hit | None, *, limit: int, now: datetime) -> tuple[list[Found], Hit | None]:
    """A page, and the hit after which there are more."""
    shown: list[tuple[Hit, Found]] = []
    for _ in range(MOST_LOOKS):
        hits = find(wanted, after=after, limit=limit + 1)
        shown += [(hit, one) for hit, one in _with_salons(hits, now=now) if _is_free(one.salon, wanted)]
        if len(shown) > limit:
            return [one for _, one in shown[:limit]], shown[limit - 1][0]
        if len(hits) <= limit:
            return [one for _, one in shown], None
        after = hits[-1]
    return [one for _, one in shown], after


def _is_free(salon: Salon, wanted: Wanted) -> bool:
    return wanted.free is None or (salon.next_free_at is not None and salon.next_free_at <= wanted.free.by)


def _with_salons(hits: Sequence[Hit], *, now: datetime) -> list[tuple[Hit, Found]]:
    """One that went in this moment is left out."""
    rows = salons_with_covers().in_bulk([hit.salon_id for hit in hits])
    _add_next_free(list(rows.values()), now=now)
    return [(hit, Found(rows[hit.salon_id], hit.price, hit.metres)) for hit in hits if hit.salon_id in rows]


def _add_next_free(salons: Sequence[Salon], *, now: datetime) -> None:
    moments = next_free_of(salons, now=now)
    for salon in salons:
        salon.next_free_at = moments[salon.pk]


def _list_name(wanted: Wanted) -> str:
    """A cursor goes on in the same order: of prices of one kind and size, of distances from one place."""
    if wanted.order == Order.PRICE:
        return f"Salon:price:{wanted.kind}:{wanted.size}"
    if wanted.order == Order.DISTANCE and wanted.near is not None:
        return f"Salon:distance:{wanted.near.latitude},{wanted.near.longitude}"
    return "Salon:id"


def _values(order: Order, hit: Hit) -> list[int | None]:
    if order == Order.PRICE:
        return [hit.price, hit.salon_id]
    return [hit.metres, hit.salon_id] if order == Order.DISTANCE else [hit.salon_id]


def _hit(order: Order, values: list[int]) -> Hit:
    price = values[0] if order == Order.PRICE else None
    metres = values[0] if order == Order.DISTANCE else None
    return Hit(values[-1], price, metres)
