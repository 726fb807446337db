"""Pages of Django's admin that are the operators' alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.db import DataError
from django.db.models import Field, ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import Account
from api.inputs.text import nfc

if TYPE_CHECKING:  # the class takes a parameter in the stubs only
    DjangosModelAdmin = admin.ModelAdmin[Any]
else:
    DjangosModelAdmin = admin.ModelAdmin


def _is_fit(key: Field[Any, Any], value: object) -> bool:
    try:
        key.get_prep_value(key.to_python(value))
    except (ValidationError, ValueError, OverflowError):
        return False
    return True


class ForgivingSelect(AutocompleteSelect):
    """Draws what was posted again. What can be nobody's id is not looked up: the field's error tells of it."""

    def optgroups(self, name: str, value: Sequence[Any], attr: Any = None) -> Any:
        key = self.field.target_field
        return super().optgroups(name, [one for one in value if _is_fit(key, one)], attr)


class ForgivingList(ChangeList):
    """Some values are found to be nobody's only when the rows are read: the year 99999, say."""

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters from error


class TakesOddInput:
    """For pages and inlines: what the admin's own forms never send is answered, and is no fault of ours."""

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **options: Any
    ) -> forms.ModelChoiceField[Any] | None:
        field: forms.ModelChoiceField[Any] | None = super().formfield_for_foreignkey(  # type: ignore[misc]  # a mixin
            db_field, request, **options
        )
        if field is not None and type(field.widget) is AutocompleteSelect:
            field.widget.__class__ = ForgivingSelect
        return field

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[ChangeList]:
        return ForgivingList

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Of what was chosen nothing is done if a part of it can be nobody's id."""
        key = self.opts.pk  # type: ignore[attr-defined]  # a mixin
        if not all(_is_fit(key, chosen) for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            self.message_user(request, "선택한 항목을 알아볼 수 없어요. 아무것도 바꾸지 않았어요", messages.ERROR)  # type: ignore[attr-defined]
            return None
        response: HttpResponse | None = super().response_action(request, queryset)  # type: ignore[misc]
        return response


class ModelAdmin(TakesOddInput, DjangosModelAdmin):
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


class OperatorsMay(TakesOddInput):
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
