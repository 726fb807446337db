"""Bookings for operators: to look at. They change through the endpoints only, so that nobody is left untold."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from accounts.operators.pages import OperatorsMay, ReadByOperators
from bookings.models import BookedTreatment, Booking, Hold, TimeOff, WaitlistEntry


class BookedTreatments(OperatorsMay, admin.TabularInline):  # type: ignore[type-arg]  # generic for mypy only
    model = BookedTreatment
    extra = 0
    fields = readonly_fields = ("treatment", "dog", "dog_size", "minutes", "price", "price_sheet")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Booking)
class BookingAdmin(ReadByOperators):
    list_display = ("starts_at", "groomer", "customer", "treatment", "status", "ending")
    list_filter = ("status", "ending")
    list_select_related = ("groomer__salon", "customer", "treatment")
    search_fields = ("customer__email", "groomer__name")
    ordering = ("-starts_at",)
    inlines = (BookedTreatments,)


@admin.register(TimeOff)
class TimeOffAdmin(ReadByOperators):
    list_display = ("starts_at", "ends_at", "groomer", "note")
    list_select_related = ("groomer__salon",)
    search_fields = ("groomer__name",)
    ordering = ("-starts_at",)


@admin.register(Hold)
class HoldAdmin(ReadByOperators):
    list_display = ("starts_at", "groomer", "customer", "state", "held_until")
    list_filter = ("state",)
    list_select_related = ("groomer__salon", "customer")
    search_fields = ("customer__email", "groomer__name")
    ordering = ("-held_at",)


@admin.register(WaitlistEntry)
class WaitlistEntryAdmin(ReadByOperators):
    list_display = ("first_day", "last_day", "salon", "groomer", "customer", "state", "missed")
    list_filter = ("state",)
    list_select_related = ("salon", "groomer", "customer")
    search_fields = ("customer__email", "salon__name")
    ordering = ("-joined_at",)
