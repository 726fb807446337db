"""Lists as docs/api.md has them: {"items": [...], "next": cursor or null}, with ?cursor=&limit=."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypedDict, TypeVar

from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet

from api.language import words
from salon_contracts.http.problem import InvalidInput

MAX_LIMIT = 100
DEFAULT_LIMIT = 20
_LONGEST_CURSOR = 400

ModelT = TypeVar("ModelT", bound=Model)


class Page(NamedTuple):
    """What was asked for: rows after the one that `cursor` names, at most `limit`."""

    cursor: str | None
    limit: int


def page_of(params: Mapping[str, str]) -> Page:
    """Read `cursor` and `limit` from a query string. Raises InvalidInput."""
    limit = whole_number(params, "limit", usual=DEFAULT_LIMIT, least=1, most=MAX_LIMIT)
    return Page(cursor=params.get("cursor") or None, limit=limit)


def whole_number(params: Mapping[str, str], name: str, *, usual: int, least: int, most: int) -> int:
    """One number of a query string, `usual` if it is not there. Raises InvalidInput."""
    raw = params.get(name, str(usual))
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 9 and least <= int(raw) <= most):
        detail = words(en=f"A number from {least} to {most}", ko=f"{least}부터 {most}까지의 수")
        raise InvalidInput(errors=[{"field": name, "code": "invalid", "detail": detail}])
    return int(raw)


class Listed(TypedDict, Generic[ModelT]):
    """What a serializer of a list makes its answer of."""

    items: list[ModelT]
    next: str | None


def listed(rows: QuerySet[ModelT], *, page: Page, order: tuple[str, ...]) -> Listed[ModelT]:
    """One page of `rows`.

    `order` names the sort fields, "-" in front for falling; the last one must be unique. Pages are cut by value
    (keyset), so rows that come or go between two requests neither repeat nor hide others.
    """
    name = f"{rows.model.__name__}:{','.join(order)}"
    if page.cursor is not None:
        rows = rows.filter(_after(opened(page.cursor, of=name), order))
    found = list(rows.order_by(*order)[: page.limit + 1])
    items = found[: page.limit]
    more = len(found) > page.limit
    return {
        "items": items,
        "next": cursor_to(_values(items[-1], order), of=name) if more else None,
    }


def cursor_to(values: Sequence[Any], *, of: str) -> str:
    """Names a row of the list `of` by its values.

    It is good for that list only, and only if we made it: no value in it can be one that no database holds.
    """
    return _signer(of).sign_object(list(values), compress=False)


def opened(cursor: str, *, of: str) -> list[Any]:
    """The values that `cursor_to` was given. Raises InvalidInput."""
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise BadSignature
        values: list[Any] = _signer(of).unsign_object(cursor)
    except BadSignature as error:
        detail = words(en="Not a cursor of this list", ko="이 목록의 커서가 아니에요")
        raise InvalidInput(errors=[{"field": "cursor", "code": "invalid", "detail": detail}]) from error
    return values


def _signer(of: str) -> Signer:
    return Signer(salt=f"cursor:{of}")


def _after(values: list[Any], order: tuple[str, ...]) -> Q:
    later = Q()
    same: dict[str, Any] = {}
    for field, value in zip(order, values, strict=True):
        name = field.lstrip("-")
        later |= Q(**same, **{f"{name}__{'lt' if field.startswith('-') else 'gt'}": value})
        same[name] = value
    return later


def _values(row: Model, order: tuple[str, ...]) -> list[int | str]:
    values = [getattr(row, field.lstrip("-")) for field in order]
    return [value if isinstance(value, int) else str(value) for value in values]
