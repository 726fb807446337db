"""Carrying out a search: at most two small questions before the page itself, whatever its length."""

from __future__ import annotations

from typing import Any

from django.db import connections, router

from salons.models import SearchEntry
from salons.search.conditions import EVERYTHING, Conditions, Lead, box, conditions_of
from salons.search.plan import Hit, Statement, counts, page
from salons.search.wanted import Near, Order, Wanted

FEW = 2_000
"""So many salons are sorted for a page. Of what more of them have, a page is soon full when read in its own order."""
_RADII = (1_000, 3_000, 10_000, 30_000)


def find(wanted: Wanted, *, after: Hit | None, limit: int, few: int = FEW) -> list[Hit]:
    """At most `limit`, in the order that was wanted, after the hit `after`."""
    if wanted.words is not None and not wanted.words:
        return []
    conditions = conditions_of(wanted)
    lead, conditions = _lead(conditions, wanted.order, few=few)
    if lead is None:
        return []
    if wanted.near is None or lead is not _GROWING:
        return _hits(page(wanted, conditions, lead, after=after, limit=limit))
    return _nearest(wanted, wanted.near, conditions, after=after, limit=limit)


# Stands for the boxes around a place, of which each is a lead of its own.
_GROWING = Lead(EVERYTHING.where, order=Order.DISTANCE)


def _lead(conditions: Conditions, order: Order, *, few: int) -> tuple[Lead | None, Conditions]:
    """From where to read, and the conditions in the order in which to look them up. No lead: nothing is found."""
    own = [lead for lead in conditions.leads if lead.order == order]
    if len(conditions.leads) == len(own) <= 1 and order != Order.DISTANCE:
        return (own[0] if own else EVERYTHING), conditions
    if not conditions.leads:
        return _GROWING, conditions
    found = _rows(counts(conditions.leads, up_to=few))[0]
    by_count = sorted(zip(found, range(len(found)), conditions.leads, strict=True))
    rarest_first = Conditions(tuple(lead for _, _, lead in by_count), conditions.checks)
    least, _, rarest = by_count[0]
    if least == 0:
        return None, rarest_first
    if least < few:
        return rarest, rarest_first
    if order == Order.DISTANCE:
        return _GROWING, rarest_first
    return next((lead for lead in rarest_first.leads if lead.order == order), EVERYTHING), rarest_first


def _nearest(wanted: Wanted, near: Near, conditions: Conditions, *, after: Hit | None, limit: int) -> list[Hit]:
    """In circles that grow until the page is full: in a large city the first one is."""
    found: list[Hit] = []
    for radius in (*(one for one in _RADII if one < near.radius), near.radius):
        if after is not None and after.metres is not None and after.metres >= radius and radius != near.radius:
            continue
        lead = box(near, radius)
        found = _hits(page(wanted, conditions, lead, after=after, limit=limit, radius=radius))
        if len(found) == limit:
            break
    return found


def _hits(statement: Statement) -> list[Hit]:
    return [
        Hit(salon_id, price, None if metres is None else int(metres)) for salon_id, price, metres in _rows(statement)
    ]


def _rows(statement: Statement) -> list[tuple[Any, ...]]:
    """From a secondary where browsing may."""
    with connections[router.db_for_read(SearchEntry)].cursor() as cursor:
        cursor.execute(statement.sql, statement.params)
        return list(cursor.fetchall())
