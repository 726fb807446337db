"""Rooms in Django's admin, to be looked at only."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from chat.models import Room
from edge.operators import ModelAdmin


@admin.register(Room)
class RoomAdmin(ModelAdmin):
    list_display = ("id", "customer", "groomer", "created_at")
    list_select_related = ("customer", "groomer")
    search_fields = ("id", "customer__email")
    readonly_fields = ("id", "customer", "groomer", "created_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
