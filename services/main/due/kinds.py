"""Which kinds of acts there are, and who does them: an AppConfig says so, `due_acts = {kind: "path.of.act"}`.

A release that is rolled back to may find kinds that it does not know: it leaves them as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Protocol, cast

from django.apps import apps
from django.utils.module_loading import import_string


class Act(Protocol):
    """Runs in a transaction that ends with it, behind the lock of its row. What no longer applies does nothing."""

    def __call__(self, *, reference: str, due_at: datetime, now: datetime) -> None: ...


@cache
def acts() -> Mapping[str, Act]:
    found: dict[str, Act] = {}
    for config in apps.get_app_configs():
        for kind, path in getattr(config, "due_acts", {}).items():
            found[kind] = cast(Act, import_string(path))
    return found
