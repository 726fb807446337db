"""Dogs for operators, who look and change nothing."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from dogs.models import Dog


@admin.register(Dog)
class DogAdmin(ReadByOperators):
    list_display = ("name", "breed", "owner", "created_at")
    list_select_related = ("owner",)
    search_fields = ("name", "owner__email")
