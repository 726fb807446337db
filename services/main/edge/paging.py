"""Lists as doors.md has them: {"items": [...], "next": cursor or null}, with ?cursor=&limit=."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from salon_contracts.problem import InvalidInput

MAX_LIMIT = 100
DEFAULT_LIMIT = 20

ModelT = TypeVar("ModelT", bound=Model)


class Page(NamedTuple):
    """What was asked for: rows after the one that `cursor` names, at most `limit`."""

    cursor: tuple[Any, ...] | None
    limit: int


def page_of(params: Mapping[str, str]) -> Page:
    """Read `cursor` and `limit` from a query string. Raises InvalidInput."""
    limit = whole_number(params, "limit", usual=DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
    cursor = params.get("cursor")
    return Page(cursor=_decoded(cursor) if cursor else None, limit=limit)


def whole_number(params: Mapping[str, str], name: str, *, usual: int, least: int, most: int) -> int:
    """One number of a query string, `usual` if it is not there. Raises InvalidInput."""
    raw = params.get(name, str(usual))
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 9 and least <= int(raw) <= most):
        raise InvalidInput(errors=[{"field": name, "code": "invalid", "detail": f"A number from {least} to {most}"}])
    return int(raw)


def listed(
    rows: QuerySet[ModelT], *, page: Page, order: tuple[str, ...], shown: Callable[[ModelT], dict[str, Any]]
) -> dict[str, Any]:
    """One page of `rows`.

    `order` names the sort fields, "-" in front for falling; the last one must be unique. Pages are cut by value
    (keyset), so rows that come or go between two requests neither repeat nor hide others.
    """
    if page.cursor is not None:
        try:
            rows = rows.filter(_after(page.cursor, order))
        except (ValidationError, ValueError, TypeError, OverflowError) as error:
            raise _unreadable() from error
    found = list(rows.order_by(*order)[: page.limit + 1])
    items = found[: page.limit]
    more = len(found) > page.limit
    return {"items": [shown(row) for row in items], "next": _encoded(items[-1], order) if more else None}


def _after(cursor: tuple[Any, ...], order: tuple[str, ...]) -> Q:
    if len(cursor) != len(order):
        raise _unreadable()
    later = Q()
    same: dict[str, Any] = {}
    for field, value in zip(order, cursor, strict=True):
        name = field.lstrip("-")
        later |= Q(**same, **{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        same[name] = value
    return later


def _encoded(row: Model, order: tuple[str, ...]) -> str:
    values = [getattr(row, field.lstrip("-")) for field in order]
    plain = [value if isinstance(value, int) else str(value) for value in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _decoded(cursor: str) -> tuple[Any, ...]:
    if len(cursor) > 400:
        raise _unreadable()
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error) as error:
        raise _unreadable() from error
    if not isinstance(values, list) or not all(isinstance(value, str | int) for value in values):
        raise _unreadable()
    return tuple(values)


def _unreadable() -> InvalidInput:
    return InvalidInput(errors=[{"field": "cursor", "code": "invalid", "detail": "Not a cursor of this list"}])
