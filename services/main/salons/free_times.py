"""When salons have time next. Bookings know that, and stand above: an AppConfig says who does.

`knows_next_free = "path.of.query"`, and `keeps_next_free = "path.of.rule"` for who writes many salons at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol, cast

from django.apps import apps
from django.utils.module_loading import import_string

from salons.models import Salon


class KnowsNextFree(Protocol):
    def __call__(self, salons: Sequence[Salon], *, now: datetime) -> Mapping[int, datetime | None]: ...


class KeepsNextFree(Protocol):
    def __call__(self, salon_ids: Collection[int], *, now: datetime) -> None: ...


def next_free_of(salons: Sequence[Salon], *, now: datetime) -> Mapping[int, datetime | None]:
    """By the salon's id, the soonest beginning that can be booked of the shortest thing that it offers."""
    return cast(KnowsNextFree, _named("knows_next_free"))(salons, now=now)


def keep_next_free(salon_ids: Collection[int], *, now: datetime) -> None:
    """In the transaction of who wrote these by statements."""
    cast(KeepsNextFree, _named("keeps_next_free"))(salon_ids, now=now)


@cache
def _named(name: str) -> object:
    (path,) = (path for config in apps.get_app_configs() if (path := getattr(config, name, None)))
    return import_string(path)
