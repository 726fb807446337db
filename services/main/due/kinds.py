"""Which kinds of acts there are, and who does them: an AppConfig says so, `due_acts = {kind: "path.of.act"}`.

What asks somebody else's servers stands in `due_questions`: no transaction waits for an answer.
A release that is rolled back to may find kinds that it does not know: it leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Protocol, cast

from django.apps import apps
from django.utils.module_loading import import_string


class Act(Protocol):
    """Runs in a transaction that ends with it, behind the lock of its row. What no longer applies does nothing."""

    def __call__(self, *, reference: str, due_at: datetime, now: datetime) -> None: ...


class Question(Protocol):
    """Owns its transactions, and may be asked twice. Gives when to ask again, or None where all is answered."""

    def __call__(self, *, reference: str, due_at: datetime, now: datetime) -> datetime | None: ...


class Reading(Protocol):
    """What the worker that leads counts of an app: `due_gauges` of its AppConfig names pairs of gauge and this."""

    def __call__(self, *, now: datetime) -> float: ...


@cache
def acts() -> Mapping[str, Act]:
    return {kind: cast(Act, import_string(path)) for kind, path in _named("due_acts")}


@cache
def questions() -> Mapping[str, Question]:
    return {kind: cast(Question, import_string(path)) for kind, path in _named("due_questions")}


def known_kinds() -> list[str]:
    return [*acts(), *questions()]


def _named(attribute: str) -> Iterator[tuple[str, str]]:
    for config in apps.get_app_configs():
        yield from getattr(config, attribute, {}).items()
