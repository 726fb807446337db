"""What waits for its moment and what could not be done, for operators to look at."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from due.models import DueAct


@admin.register(DueAct)
class DueActAdmin(ReadByOperators):
    """What is parked is tried again with `manage.py try_parked_acts`."""

    list_display = ("id", "kind", "reference", "due_at", "try_at", "tries", "done_at", "parked_at", "failure")
    list_filter = ("kind", ("parked_at", admin.EmptyFieldListFilter), ("done_at", admin.EmptyFieldListFilter))
    search_fields = ("=reference",)
    ordering = ("-due_at",)
