"""Accounts for operators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Account
from accounts.operators.own_account import KeepsWayIn
from accounts.operators.pages import OperatorsMay
from api.inputs.text import nfc

admin.site.unregister(Group)


@admin.register(Account)
class AccountAdmin(KeepsWayIn, OperatorsMay, UserAdmin):  # type: ignore[type-arg]  # generic for mypy only
    list_display = ("email", "name", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    ordering = ("-id",)
    readonly_fields = ("email_confirmed_at", "created_at", "last_login")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "role", "is_active", "is_staff")}),
        ("기록", {"fields": ("email_confirmed_at", "created_at", "last_login")}),
    )

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Account], search_term: str) -> Any:
        """Addresses are kept in small letters and compared by bytes, and names in NFC."""
        return super().get_search_results(request, queryset, nfc(search_term).lower())

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        """Nobody has opened a link at an address that an operator typed."""
        if "email" in form.changed_data:
            obj.email_confirmed_at = None
        super().save_model(request, obj, form, change)

    add_fieldsets = ((None, {"fields": ("email", "name", "role", "password1", "password2")}),)
