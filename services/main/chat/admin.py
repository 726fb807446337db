"""Rooms in Django's admin, to be looked at only."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from chat.models import Room


@admin.register(Room)
class RoomAdmin(ReadByOperators):
    list_display = ("id", "customer", "groomer", "created_at")
    list_select_related = ("customer", "groomer")
    search_fields = ("id", "customer__email")
