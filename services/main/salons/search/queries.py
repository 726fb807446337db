"""Pages of what is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from api.paging import Page, cursor_to, listed, opened
from salons.models import Salon
from salons.queries import salons_with_covers
from salons.search.finding import find
from salons.search.plan import Hit
from salons.search.wanted import Order, Wanted


@dataclass(frozen=True)
class Found:
    """`price_from` in whole won if the search was for a size, `distance_metres` if it was near something."""

    salon: Salon
    price_from: int | None = None
    distance_metres: int | None = None


class FoundPage(TypedDict):
    items: list[Found]
    next: str | None


def found_salons(wanted: Wanted, *, page: Page) -> FoundPage:
    """Raises InvalidInput for a cursor of another search."""
    if wanted == Wanted(region_id=wanted.region_id):
        # These need no search, and are there while it is being built.
        plain = listed(salons_with_covers(region_id=wanted.region_id), page=page, order=("id",))
        return {"items": [Found(salon) for salon in plain["items"]], "next": plain["next"]}
    name = _list_name(wanted)
    after = None if page.cursor is None else _hit(wanted.order, opened(page.cursor, of=name))
    hits = find(wanted, after=after, limit=page.limit + 1)
    shown = hits[: page.limit]
    more = len(hits) > page.limit
    return {
        "items": _with_salons(shown),
        "next": cursor_to(_values(wanted.order, shown[-1]), of=name) if more else None,
    }


def _with_salons(hits: list[Hit]) -> list[Found]:
    """One that went in this moment is left out."""
    rows = salons_with_covers().in_bulk([hit.salon_id for hit in hits])
    return [Found(rows[hit.salon_id], hit.price, hit.metres) for hit in hits if hit.salon_id in rows]


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
