"""The statements of a search: which rows are read first, and in which order the rest is looked up.

The order of the join is ours (STRAIGHT_JOIN) and so is the index of the first table: MySQL and MariaDB then read alike,
and a page costs what it says here, not what statistics guess. Salons come from one lead; each further table is asked by
its primary key for that salon. Either the lead has few salons, which are sorted, or its order is the page's and reading
stops when the page is full.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from salons.search.conditions import ENTRY, METRES_PER_DEGREE, PRICE, Conditions, Lead, Value, Where, parallel
from salons.search.wanted import Near, Order, Wanted

_METRES = "ROUND(%s * SQRT(POW(e.latitude - %s, 2) + POW((e.longitude - %s) * %s, 2)))"


class Statement(NamedTuple):
    sql: str
    params: tuple[Value, ...]


class Hit(NamedTuple):
    """`price` in whole won if the search was for a size, `metres` if it was near something."""

    salon_id: int
    price: int | None
    metres: int | None


def counts(leads: Sequence[Lead], *, up_to: int) -> Statement:
    """One row: how many salons each lead has; of many, `up_to`."""
    parts = [
        # Names and expressions are ours; whatever somebody sent is a parameter.
        f"(SELECT COUNT(*) FROM (SELECT 1 FROM {_first(lead)} WHERE {lead.where.sql} LIMIT %s) c{number})"  # noqa: S608
        for number, lead in enumerate(leads)
    ]
    params = [value for lead in leads for value in (*lead.where.params, up_to)]
    return Statement(" ".join(["SELECT", ", ".join(parts)]), tuple(params))


def page(
    wanted: Wanted, conditions: Conditions, lead: Lead, *, after: Hit | None, limit: int, radius: int | None = None
) -> Statement:
    """`limit` hits after one of them. `radius`: no farther than that, and `wanted` says near what."""
    near = wanted.near
    select, params = _select(wanted, lead)
    where = [condition for condition in conditions.all if condition != lead.where]
    wheres = [lead.where, *where, *_after(wanted.order, lead, after)]
    tables = dict.fromkeys(condition.table for condition in (*where, *_needed(wanted)) if condition.table)
    joins = [_joined(table, lead) for table in tables if table != lead.where.table]
    sql = ["SELECT", select, "FROM", _first(lead), *joins, "WHERE", " AND ".join(one.sql for one in wheres)]
    params += [value for one in wheres for value in one.params]
    if near is not None:
        having = _within(near.radius if radius is None else radius, wanted.order, after)
        sql.append(f"HAVING {having.sql}")
        params += having.params
    sql.append(f"ORDER BY {_order(wanted.order, lead)} LIMIT %s")
    return Statement(" ".join(sql), (*params, limit))


def _first(lead: Lead) -> str:
    return f"{lead.where.table} FORCE INDEX ({lead.index})"


def _joined(table: str, lead: Lead) -> str:
    return f"STRAIGHT_JOIN {table} ON {table.split()[1]}.salon_id = {lead.alias}.salon_id"


def _needed(wanted: Wanted) -> list[Where]:
    """Tables of which a column is read, whether or not there is a condition on it. Those of terms come before."""
    return [Where(PRICE, "")] * (wanted.size is not None) + [Where(ENTRY, "")] * (wanted.near is not None)


def _select(wanted: Wanted, lead: Lead) -> tuple[str, list[Value]]:
    price = "p.price" if wanted.size is not None else "NULL"
    if (near := wanted.near) is None:
        return f"{lead.alias}.salon_id AS hit, {price} AS price, NULL AS metres", []
    metres: list[Value] = [METRES_PER_DEGREE, *_place(near)]
    return f"{lead.alias}.salon_id AS hit, {price} AS price, {_METRES} AS metres", metres


def _place(near: Near) -> tuple[float, float, float]:
    return near.latitude, near.longitude, parallel(near)


def _after(order: Order, lead: Lead, after: Hit | None) -> list[Where]:
    if after is None or order == Order.DISTANCE:
        return []
    if order == Order.PRICE:
        later = "p.price >= %s AND (p.price > %s OR p.salon_id > %s)"
        return [Where("", later, (after.price, after.price, after.salon_id))]
    return [Where("", f"{lead.alias}.salon_id > %s", (after.salon_id,))]


def _within(radius: int, order: Order, after: Hit | None) -> Where:
    if after is None or order != Order.DISTANCE:
        return Where("", "metres <= %s", (radius,))
    later = "metres <= %s AND (metres > %s OR (metres = %s AND hit > %s))"
    return Where("", later, (radius, after.metres, after.metres, after.salon_id))


def _order(order: Order, lead: Lead) -> str:
    by = {Order.ID: f"{lead.alias}.salon_id", Order.PRICE: "p.price, p.salon_id", Order.DISTANCE: "metres, hit"}
    return by[order]
