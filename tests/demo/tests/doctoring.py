"""Small changes to a frozen history, each written as what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

T = TypeVar("T")
Doctor = Callable[[T], T]


def change(field: str, where: Callable[[Any], bool], **values: Any) -> Doctor[Any]:
    """Give new values to the first record of a list for which `where` is true."""

    def doctor(history: Any) -> Any:
        records = list(getattr(history, field))
        index = next(index for index, record in enumerate(records) if where(record))
        records[index] = replace(records[index], **values)
        return replace(history, **{field: tuple(records)})

    return doctor


def drop(field: str, where: Callable[[Any], bool]) -> Doctor[Any]:
    """Take away every record for which `where` is true. There must be one."""

    def doctor(history: Any) -> Any:
        records = getattr(history, field)
        kept = tuple(record for record in records if not where(record))
        assert len(kept) < len(records)
        return replace(history, **{field: kept})

    return doctor


def add(field: str, *more: Any) -> Doctor[Any]:
    def doctor(history: Any) -> Any:
        return replace(history, **{field: (*getattr(history, field), *more)})

    return doctor


def set_fields(**values: Any) -> Doctor[Any]:
    return lambda history: replace(history, **values)


def everything(_record: Any) -> bool:
    return True
