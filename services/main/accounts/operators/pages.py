"""Pages of Django's admin that are the operators' alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import Account
from api.inputs.text import nfc

if TYPE_CHECKING:  # the class takes a parameter in the stubs only
    DjangosModelAdmin = admin.ModelAdmin[Any]
else:
    DjangosModelAdmin = admin.ModelAdmin


class ModelAdmin(DjangosModelAdmin):
    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """What is looked for comes in as people's machines write it; what is stored is NFC."""
        return super().get_search_results(request, queryset, nfc(search_term))


def is_operator(request: HttpRequest) -> bool:
    account = request.user
    return isinstance(account, Account) and account.is_active and account.role == Account.Role.OPERATOR


class ReadByOperators(ModelAdmin):
    """To be read by operators. What may be done besides, a subclass says."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OperatorsMay:
    """For pages and inlines that operators keep up to date."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request)
