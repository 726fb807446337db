"""Nobody shuts themself out of the console. So whoever changes accounts there is left in it, and never nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Account

if TYPE_CHECKING:  # mixins: what they are mixed into, for mypy
    Form = forms.ModelForm[Account]
    AccountPage = admin.ModelAdmin[Account]
else:
    Form = AccountPage = object


class OwnAccount(Form):
    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        changed = self.cleaned_data
        stays = all(changed.get(name, True) for name in ("is_active", "is_staff"))
        if not stays or changed.get("role", Account.Role.OPERATOR) != Account.Role.OPERATOR:
            message = "자기 계정을 운영에서 뺄 수는 없어요. 다른 운영자에게 부탁해 주세요"
            raise ValidationError(message, code="own-account")
        return cleaned


class KeepsWayIn(AccountPage):
    """For the page of accounts."""

    def get_form(  # type: ignore[override]  # as UserAdmin has it
        self, request: HttpRequest, obj: Account | None = None, **options: Any
    ) -> type[Form]:
        form = super().get_form(request, obj, **options)
        if obj is None or obj.pk != request.user.pk:
            return form
        return type(form.__name__, (OwnAccount, form), {})

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.pk != request.user.pk)

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's
        with transaction.atomic():
            insist_on_operator(request)
            super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Account) -> None:
        with transaction.atomic():
            insist_on_operator(request)
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        with transaction.atomic():
            insist_on_operator(request)
            super().delete_queryset(request, queryset)


def insist_on_operator(request: HttpRequest) -> None:
    """Two who shut each other out go one after the other, so that the second is none any more. In a transaction."""
    operators = Account.objects.filter(role=Account.Role.OPERATOR, is_active=True, is_staff=True).order_by("pk")
    if request.user.pk not in set(operators.select_for_update().values_list("pk", flat=True)):
        raise PermissionDenied
