"""Price rules for operators."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ModelAdmin, OperatorsMay
from prices.models import PriceRule


@admin.register(PriceRule)
class PriceRuleAdmin(OperatorsMay, ModelAdmin):
    list_display = ("salon", "treatment", "reason", "value", "least", "below", "won", "percent")
    list_select_related = ("salon", "treatment")
    list_filter = ("reason",)
    search_fields = ("salon__name",)
    autocomplete_fields = ("salon", "treatment")
