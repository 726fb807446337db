"""What somebody searches for, as conditions on rows of the three tables of the search.

The terms are `t0`, `t1`, …, the entry is `e`, the price is `p`. Each condition that an index can list the salons of is
a `Lead`: salons are read from one lead, and looked up one by one in everything else (salons.search.plan).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from salons.models import SearchPrice
from salons.search.index import terms
from salons.search.index.documents import band_of
from salons.search.wanted import Free, Near, Order, Wanted

ENTRY, PRICE, FREE = "salons_searchentry e", "salons_searchprice p", "salons_freetimes f"
METRES_PER_DEGREE = 111_195
Value = str | int | float | None
# Of one word: the rarest of these leads, and the entry's text decides in the end.
_MOST_TERMS_OF_WORD = 4


@dataclass(frozen=True)
class Where:
    """An expression in SQL on one table, and its parameters."""

    table: str
    sql: str
    params: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Lead:
    """`order`: in which its salons come by themselves, if in one of ours."""

    where: Where
    index: str = "PRIMARY"
    order: Order | None = None

    @property
    def alias(self) -> str:
        return self.where.table.split()[1]


@dataclass(frozen=True)
class Conditions:
    leads: tuple[Lead, ...]
    checks: tuple[Where, ...]
    """Besides those of the leads."""

    @property
    def all(self) -> tuple[Where, ...]:
        return (*(lead.where for lead in self.leads), *self.checks)


EVERYTHING = Lead(Where(ENTRY, "TRUE"), order=Order.ID)


def conditions_of(wanted: Wanted) -> Conditions:
    leads, checks = [], []
    listed = list(_terms(wanted))
    for number, term in enumerate(dict.fromkeys(listed)):
        table = f"salons_searchterm t{number}"
        leads.append(Lead(Where(table, f"t{number}.term = %s", (term,)), order=Order.ID))
    for word in wanted.words or ():
        if not terms.of_word(word):
            column = "initials" if word.is_initials else "name"
            begins = Where(ENTRY, f"e.{column} LIKE %s", (f"{word.text}%",))
            leads.append(Lead(begins, index=f"search_by_{column}"))
        elif not terms.covers(word):
            column = "initials" if word.is_initials else "text"
            checks.append(Where(ENTRY, f"e.{column} LIKE %s", (f"%{word.text}%",)))
    if wanted.size is not None:
        leads.append(_price(wanted))
    if wanted.near is not None and wanted.order != Order.DISTANCE:
        leads.append(box(wanted.near, wanted.near.radius))
    if wanted.free is not None:
        leads.append(_free(wanted.free))
    return Conditions(tuple(leads), tuple(checks))


def box(near: Near, metres: int) -> Lead:
    """All that lies within so many metres, and what lies beside it in the corners."""
    north = metres / METRES_PER_DEGREE
    east = north / parallel(near)
    bands = range(band_of(near.latitude - north), band_of(near.latitude + north) + 1)
    holders = ", ".join(["%s"] * len(bands))
    inside = Where(
        ENTRY,
        f"e.latitude_band IN ({holders}) AND e.longitude BETWEEN %s AND %s",
        (*bands, near.longitude - east, near.longitude + east),
    )
    return Lead(inside, index="search_by_place")


def parallel(near: Near) -> float:
    """How long a degree of longitude is there, against one of latitude."""
    return math.cos(math.radians(near.latitude))


def _terms(wanted: Wanted) -> Iterator[str]:
    for word in wanted.words or ():
        yield from _spread(terms.of_word(word))
    if wanted.region_id is not None:
        yield terms.of_region(wanted.region_id)
    # In the order of prices these two are columns of the index that is walked along.
    if not (wanted.order == Order.PRICE and wanted.size is not None):
        if wanted.city is not None:
            yield terms.of_city(wanted.city)
        if wanted.kind is not None:
            yield terms.of_kind(wanted.kind)


def _spread(found: list[str]) -> list[str]:
    """At most _MOST_TERMS_OF_WORD, from all over a long word."""
    return found[:: math.ceil(len(found) / _MOST_TERMS_OF_WORD)] if found else []


def _free(free: Free) -> Lead:
    """Who may have time then; who has is looked at for the page (salons.search.queries)."""
    by, now = _in_utc(free.by), _in_utc(free.now)
    sql, params = "f.bookable_until > %s AND f.free_from <= %s OR f.later_from <= %s", (now, by, by)
    if not free.changed:
        return Lead(Where(FREE, f"({sql})", params), index="search_by_free_times")
    holders = ", ".join(["%s"] * len(free.changed))
    changed = Where(FREE, f"({sql} OR f.salon_id IN ({holders}))", (*params, *free.changed))
    return Lead(changed, index="search_by_free_times")


def _in_utc(moment: datetime) -> str:
    """As the database keeps it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _price(wanted: Wanted) -> Lead:
    kind = SearchPrice.ANY if wanted.kind is None else wanted.kind.value
    size = wanted.size.value if wanted.size is not None else ""
    sql, params = "p.kind = %s AND p.size = %s AND p.price BETWEEN %s AND %s", (kind, size)
    bounds = (wanted.price_min, wanted.price_max)
    if wanted.city is None:
        return Lead(Where(PRICE, sql, (*params, *bounds)), index="search_by_price", order=Order.PRICE)
    of_city = Where(PRICE, f"p.city = %s AND {sql}", (wanted.city, *params, *bounds))
    return Lead(of_city, index="search_by_price_in_city", order=Order.PRICE)
