"""Salons for operators."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse

from accounts.credentials.locking import lock_accounts
from accounts.operators.pages import ModelAdmin, OperatorsMay
from salons.models import Break, ClosedDay, Groomer, OpeningHours, Region, Salon, Treatment, Weekday
from salons.slots import Hours, clashing

# Of the rows of GroomerInline: a changed row sends the account that it has.
_ACCOUNT = re.compile(r"groomers-[0-9]+-account")
_ID = re.compile(r"[0-9]{1,18}")


class OpeningHoursOfSalon(BaseInlineFormSet):  # type: ignore[type-arg]  # generic for mypy only
    """Late hours of one day must end before the next day's begin: else one of the two is a mistake."""

    def clean(self) -> None:
        super().clean()
        rows = [
            form.cleaned_data for form in self.forms if form.is_valid() and form.cleaned_data.get("DELETE") is False
        ]
        hours = {row["weekday"]: Hours(row["opens_at"], row["closes_at"]) for row in rows if "weekday" in row}
        for weekday in clashing(hours):
            raise ValidationError(
                f"{Weekday(weekday).label}의 늦은 영업 시간이 다음 날 영업 시간과 겹쳐요", code="hours-overlap"
            )


class OpeningHoursInline(OperatorsMay, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    model = OpeningHours
    formset = OpeningHoursOfSalon
    extra = 0
    max_num = 7


class BreakInline(OperatorsMay, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    model = Break
    extra = 0


class ClosedDayInline(OperatorsMay, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    model = ClosedDay
    extra = 0


class TreatmentInline(OperatorsMay, admin.StackedInline):  # type: ignore[type-arg]  # generic for mypy only
    model = Treatment
    extra = 0


class GroomerInline(OperatorsMay, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    model = Groomer
    extra = 0
    autocomplete_fields = ("account",)


@admin.register(Region)
class RegionAdmin(OperatorsMay, ModelAdmin):
    list_display = ("city", "district")
    search_fields = ("city", "district")


@admin.register(Salon)
class SalonAdmin(OperatorsMay, ModelAdmin):
    list_display = ("name", "region", "address")
    list_filter = ("region__city",)
    list_select_related = ("region",)
    search_fields = ("name", "address")
    autocomplete_fields = ("region",)
    inlines = (GroomerInline, TreatmentInline, OpeningHoursInline, BreakInline, ClosedDayInline)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Its groomers' accounts are locked before the salon, which the form saves first (docs/locking.md)."""
        with transaction.atomic():
            if request.method == "POST":
                lock_accounts(_accounts_in(request))
            return super().changeform_view(request, object_id, form_url, extra_context)


def _accounts_in(request: HttpRequest) -> list[int]:
    named = [values for name, values in request.POST.lists() if _ACCOUNT.fullmatch(name)]
    return [int(value) for values in named for value in values if _ID.fullmatch(value)]


@admin.register(Groomer)
class GroomerAdmin(OperatorsMay, ModelAdmin):
    list_display = ("name", "salon", "account", "owns_salon")
    list_select_related = ("salon", "account")
    search_fields = ("name", "salon__name")
    autocomplete_fields = ("salon", "account")


@admin.register(Treatment)
class TreatmentAdmin(OperatorsMay, ModelAdmin):
    list_display = ("name", "salon", "kind", "price_small", "price_medium", "price_large")
    list_select_related = ("salon",)
    search_fields = ("name", "salon__name")
    autocomplete_fields = ("salon",)
