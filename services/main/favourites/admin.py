"""Favourites for operators, who look and change nothing."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from favourites.models import Favourite


@admin.register(Favourite)
class FavouriteAdmin(ReadByOperators):
    list_display = ("salon", "customer", "since")
    list_select_related = ("salon", "customer")
    search_fields = ("customer__email",)
