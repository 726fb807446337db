"""Blocks for operators, who look and change nothing."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from blocks.models import Block


@admin.register(Block)
class BlockAdmin(ReadByOperators):
    list_display = ("account", "blocked", "since")
    list_select_related = ("account", "blocked")
    search_fields = ("account__email", "blocked__email")
