"""Accounts for operators."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError

from accounts import limits
from accounts.errors import TooManyAttempts
from accounts.models import Account
from edge.client_address import UNKNOWN, client_network
from edge.operators import OperatorsMay

admin.site.site_header = "댕댕살롱 운영"
admin.site.site_title = "댕댕살롱"
admin.site.index_title = "관리"
admin.site.unregister(Group)


class LimitedSignIn(AdminAuthenticationForm):
    """The limits of POST /api/v1/sessions hold at this door too."""

    def clean(self) -> dict[str, Any]:
        address = client_network(self.request) if self.request else UNKNOWN
        email = str(self.cleaned_data.get("username", ""))
        try:
            limits.allow_sign_in(email=email, address=address)
        except TooManyAttempts as problem:
            raise ValidationError(problem.title_ko, code=problem.code) from problem
        cleaned = super().clean()
        limits.forget_failures(email=email)
        return cleaned


admin.site.login_form = LimitedSignIn


@admin.register(Account)
class AccountAdmin(OperatorsMay, UserAdmin):  # type: ignore[type-arg]  # generic for mypy only
    list_display = ("email", "name", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    search_fields = ("email", "name")
    ordering = ("-id",)
    readonly_fields = ("created_at", "last_login")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "name", "password", "role", "is_active", "is_staff")}),
        ("기록", {"fields": ("created_at", "last_login")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "password1", "password2")}),)
