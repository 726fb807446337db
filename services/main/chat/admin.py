"""Rooms in Django's admin, to be looked at only."""

from __future__ import annotations

from django.contrib import admin

from chat.models import Room
from edge.operators import ReadByOperators


@admin.register(Room)
class RoomAdmin(ReadByOperators):
    list_display = ("id", "customer", "groomer", "created_at")
    list_select_related = ("customer", "groomer")
    search_fields = ("id", "customer__email")
