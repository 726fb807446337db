"""Photos for operators, who look and change nothing."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from photos.models import Photo


@admin.register(Photo)
class PhotoAdmin(ReadByOperators):
    list_display = ("id", "purpose", "state", "account", "created_at", "remove_at")
    list_select_related = ("account",)
    list_filter = ("purpose", "state")
