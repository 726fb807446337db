"""Lists as docs/api.md has them: {"items": [...], "next": cursor or null}, with ?cursor=&limit=."""

from __future__ import annotations

from collections.abc import Mapping
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
    signer = _signer_of(rows, order)
    if page.cursor is not None:
        rows = rows.filter(_after(_opened(page.cursor, signer), order))
    found = list(rows.order_by(*order)[: page.limit + 1])
    items = found[: page.limit]
    more = len(found) > page.limit
    return {
        "items": items,
        "next": signer.sign_object(_values(items[-1], order), compress=False) if more else None,
    }


def _signer_of(rows: QuerySet[ModelT], order: tuple[str, ...]) -> Signer:
    """A cursor is good for its list only, and only if we made it: no value in it can be one that no database holds."""
    return Signer(salt=f"cursor:{rows.model.__name__}:{','.join(order)}")


def _opened(cursor: str, signer: Signer) -> list[Any]:
    try:
        if len(cursor) > _LONGEST_CURSOR:
            raise BadSignature
        values: list[Any] = signer.unsign_object(cursor)
    except BadSignature as error:
        detail = words(en="Not a cursor of this list", ko="이 목록의 커서가 아니에요")
        raise InvalidInput(errors=[{"field": "cursor", "code": "invalid", "detail": detail}]) from error
    return values


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
